"""What each room shows, so that a restart edits a card instead of posting it again."""

from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Micros
from bridge.noun import Noun
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import cards

BEGUN = ""
"""Stands for where a card is while nobody knows whether the room took it."""


class Posted(Noun):
    """A card as a room shows it."""

    where: str | None = None
    """`None` where it is not there, `BEGUN` where it may be."""
    digest: str | None = None
    notes: tuple[str, ...] = ()
    """What was said in its thread."""
    doubtful: tuple[str, ...] = ()
    """What may have been said: the call was begun, and nobody knows what became of it."""

    def begun(self, note: str) -> bool:
        """Whether a note was said, or may have been: it is not said again."""
        return note in self.notes or note in self.doubtful


_DOUBTFUL = "?"
"""Stands, where it is kept, in front of what may have been said."""


async def load(connection: AsyncConnection, room: str, key: str) -> Posted:
    """What the room shows of a card; nothing, when it was never posted."""
    query = select(cards.c.where, cards.c.shown, cards.c.notes).where(
        cards.c.room == room, cards.c.key == key
    )
    row = (await connection.execute(query)).first()
    return Posted(row[0], row[1], *_told(row[2])) if row else Posted()


async def stands(connection: AsyncConnection, key: str) -> bool:
    """Whether any room shows a card."""
    query = select(cards.c.key).where(cards.c.key == key, cards.c.where != BEGUN).limit(1)
    return await connection.scalar(query) is not None


def _kept(shown: Posted) -> list[str]:
    return [*shown.notes, *(f"{_DOUBTFUL}{one}" for one in shown.doubtful)]


async def notes(connection: AsyncConnection, kind: str, since: Micros) -> frozenset[str]:
    """What was said in the threads of cards of a kind, such as `day:`, that were shown since an instant."""
    query = select(cards.c.notes).where(cards.c.key.startswith(kind), cards.c.shown_at >= since)
    found = await connection.scalars(query)
    return frozenset(key for kept in found for told in _told(kept) for key in told)


async def doubtful(connection: AsyncConnection, since: Micros) -> dict[str, int]:
    """How many notes of each card shown since an instant may not have been said."""
    query = select(cards.c.key, cards.c.notes).where(cards.c.shown_at >= since)
    rows = (await connection.execute(query)).all()
    return {row.key: len(_told(row.notes)[1]) for row in rows}


def _told(kept: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was said, and what may have been."""
    known = [key for key in kept if not key.startswith(_DOUBTFUL)]
    doubted = [key.removeprefix(_DOUBTFUL) for key in kept if key.startswith(_DOUBTFUL)]
    return tuple(known), tuple(doubted)


async def save(connection: AsyncConnection, room: str, key: str, shown: Posted, now: Micros) -> None:
    """Writes down what the room shows now."""
    values = {"where": shown.where, "shown": shown.digest, "shown_at": now, "notes": _kept(shown)}
    await connection.execute(insert_new(connection, cards, "key", "room"), {"key": key, "room": room})
    await connection.execute(update(cards).where(cards.c.room == room, cards.c.key == key).values(**values))
