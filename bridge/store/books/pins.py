"""Pins: how long the log was and what it came to, signed and kept, with what others said of it."""

from collections.abc import Sequence
from secrets import token_hex
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.days import iso_second
from bridge.evidence.proofs import Head
from bridge.evidence.signing import Signer
from bridge.evidence.tree import Tree, edge
from bridge.model import DAY, HOUR, Micros
from bridge.noun import Noun
from bridge.raid.posture import QUIET
from bridge.store.books import log
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import facts, pins, raids, stamps

Cause = Literal["hour", "raid", "export", "asked"]

ORIGIN = "log"
"""The fact under which a database keeps its log's name: it stays when the secret is changed."""


class Pin(Noun):
    """A head that was kept."""

    seq: int
    at: Micros
    size: int
    root: bytes
    why: str
    key: bytes
    note: str


async def pin(connection: AsyncConnection, signer: Signer, why: Cause, now: Micros) -> Pin | None:
    """Signs and keeps the log's head as it stands; an empty log has none.

    However a clock was put back, no pin is older than the one before it.
    """
    size, last = await log.size(connection), await newest(connection)
    if not size:
        return None
    now = now if last is None else max(now, last.at)
    known = await log.load(connection, list(edge(size)))
    root = Tree(lambda level, number: known[level, number]).root(size)
    note = signer.head(Head(await origin(connection), size, root, iso_second(now)))
    row = {"at": now, "size": size, "root": root, "why": why, "key": signer.key, "note": note}
    made = await connection.execute(pins.insert().values(row).returning(pins.c.seq))
    return Pin(made.scalar_one(), now, size, root, why, signer.key, note)


async def origin(connection: AsyncConnection) -> str:
    """The log's own name, made at the first pin."""
    fresh = f"rempart/{token_hex(8)}"
    await connection.execute(insert_new(connection, facts, "name"), {"name": ORIGIN, "value": fresh})
    return str(await connection.scalar(select(facts.c.value).where(facts.c.name == ORIGIN)))


async def due(connection: AsyncConnection, now: Micros) -> Cause | None:
    """Why the log should be pinned now, if it should: it grew since, and an hour passed or a raid ended."""
    last = await newest(connection)
    if last is not None and now - last.at < HOUR and not await _raid_ended(connection, last.at, now):
        return None
    if await log.size(connection) <= (last.size if last else 0):
        return None
    ended = await _raid_ended(connection, last.at if last else now - DAY, now)
    return "raid" if ended else "hour"


async def newest(connection: AsyncConnection) -> Pin | None:
    """The last one; `None` before the first."""
    row = (await connection.execute(select(pins).order_by(pins.c.seq.desc()).limit(1))).first()
    return None if row is None else Pin(*row)


async def listed(connection: AsyncConnection, until: int, after: int = 0, most: int = 500) -> Sequence[Pin]:
    """Those of at most `until` entries, in order, behind the one called `after`."""
    query = select(pins).where(pins.c.seq > after, pins.c.size <= until).order_by(pins.c.seq).limit(most)
    return [Pin(*row) for row in await connection.execute(query)]


async def unstamped(
    connection: AsyncConnection, authority: str, since: Micros, most: int = 20
) -> Sequence[Pin]:
    """Those made after `since` of which an authority has said nothing yet, the newest first."""
    done = select(stamps.c.pin).where(stamps.c.authority == authority)
    query = select(pins).where(pins.c.at >= since, pins.c.seq.not_in(done)).order_by(pins.c.seq.desc())
    return [Pin(*row) for row in await connection.execute(query.limit(most))]


async def stamp(
    connection: AsyncConnection, pinned: Pin, authority: str, now: Micros, token: bytes | None
) -> None:
    """Keeps what an authority said; without a token, that an address outside has it."""
    row = {"pin": pinned.seq, "authority": authority, "at": now, "token": token}
    await connection.execute(insert_new(connection, stamps, "pin", "authority"), row)


async def stamps_of(connection: AsyncConnection, seqs: Sequence[int]) -> dict[int, list[tuple[str, bytes]]]:
    """The tokens of pins, each with its authority."""
    query = select(stamps).where(stamps.c.pin.in_(seqs), stamps.c.token.is_not(None))
    found: dict[int, list[tuple[str, bytes]]] = {}
    for row in await connection.execute(query.order_by(stamps.c.pin, stamps.c.authority)):
        found.setdefault(row.pin, []).append((row.authority, row.token))
    return found


async def _raid_ended(connection: AsyncConnection, since: Micros, now: Micros) -> bool:
    quiet = raids.c.ended_at.is_(None), raids.c.grown_at > since - QUIET, raids.c.grown_at <= now - QUIET
    called = raids.c.ended_at > since, raids.c.ended_at <= now
    for way in (quiet, called):
        if await connection.scalar(select(raids.c.id).where(*way).limit(1)) is not None:
            return True
    return False
