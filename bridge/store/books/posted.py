"""What each room shows, so that a restart edits a card instead of posting it again."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Micros
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import cards


@dataclass(frozen=True, slots=True)
class Posted:
    """A card as a room shows it."""

    where: str | None = None
    digest: str | None = None
    notes: tuple[str, ...] = ()


async def load(connection: AsyncConnection, room: str, key: str) -> Posted:
    """What the room shows of a card; nothing, when it was never posted."""
    query = select(cards.c.where, cards.c.shown, cards.c.notes).where(
        cards.c.room == room, cards.c.key == key
    )
    row = (await connection.execute(query)).first()
    return Posted(row[0], row[1], tuple(row[2])) if row else Posted()


async def notes(connection: AsyncConnection, kind: str, since: Micros) -> frozenset[str]:
    """What was said in the threads of cards of a kind, such as `day:`, that were shown since an instant."""
    query = select(cards.c.notes).where(cards.c.key.startswith(kind), cards.c.shown_at >= since)
    return frozenset(key for found in await connection.scalars(query) for key in found)


async def save(connection: AsyncConnection, room: str, key: str, shown: Posted, now: Micros) -> None:
    """Writes down what the room shows now."""
    values = {"where": shown.where, "shown": shown.digest, "shown_at": now, "notes": list(shown.notes)}
    await connection.execute(insert_new(connection, cards, "key", "room"), {"key": key, "room": room})
    await connection.execute(update(cards).where(cards.c.room == room, cards.c.key == key).values(**values))
