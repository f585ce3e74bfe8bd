"""The log's Merkle tree as it is stored: it grows with the fold, in the fold's own transaction."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken
from bridge.evidence.canonical import Entry
from bridge.evidence.leaf import commitment, leaf, salt_of
from bridge.evidence.proofs import HASH
from bridge.evidence.tree import WIDTH, Address, edge, grow
from bridge.model import SenderId
from bridge.noun import Noun
from bridge.privacy.sealing import unseal
from bridge.store.books.journal import ENTRY, Journal
from bridge.store.books.keyring import Keyring
from bridge.store.engine.dialect import insert_or_replace
from bridge.store.engine.spelled import Spelled
from bridge.store.engine.tables import events, tiles

SLICE = 1_000
"""Entries by which the tree of an older log grows at a time."""

Placed = tuple[int, Entry]
"""An entry with its place in the log, which counts from 1."""


async def size(connection: AsyncConnection) -> int:
    """How many entries the tree has: those of the log, but for what waits to be caught up with."""
    query = select(tiles.c.number, tiles.c.hashes).where(tiles.c.level == 0)
    last = (await connection.execute(query.order_by(tiles.c.number.desc()).limit(1))).first()
    return 0 if last is None else WIDTH * last.number + len(last.hashes) // HASH


class Edge(Noun):
    """Where the tree grows: how many entries it has, and its tiles that are not full."""

    size: int
    tiles: Mapping[Address, bytes]


async def extend(
    connection: AsyncConnection, keyring: Keyring, placed: Sequence[Placed], known: Edge | None = None
) -> Edge | None:
    """Appends entries that were just given their places, and returns the edge as it is then.

    `known`: the edge as it was left. None comes back where the tree is behind: it catches up by itself.
    """
    before = placed[0][0] - 1
    at = known if known is not None and known.size == before else await _edge(connection)
    return await _append(connection, keyring, placed, at) if at.size == before else None


async def catch_up(connection: AsyncConnection, journal: Journal) -> int:
    """Appends the next of the entries that are in the log and not in its tree; returns how many."""
    at = await _edge(connection)
    query = select(*ENTRY, events.c.place).where(events.c.place > at.size).order_by(events.c.place)
    rows = (await connection.execute(query.limit(SLICE))).all()
    if rows:
        placed = [(row.place, Entry(*row[: len(ENTRY)])) for row in rows]
        await _append(connection, journal.keyring, placed, at)
    return len(rows)


async def _edge(connection: AsyncConnection) -> Edge:
    reached = await size(connection)
    return Edge(reached, await load(connection, list(edge(reached))))


async def leaves(connection: AsyncConnection, keyring: Keyring, placed: Sequence[Placed]) -> list[bytes]:
    """The leaves of entries, as they stand in the tree while nobody was erased."""
    senders = list(dict.fromkeys(entry.sender for _, entry in placed))
    keys = await keyring.keys(connection, senders)
    return [leaf(place, entry, _said(entry, keys)) for place, entry in placed]


def _said(entry: Entry, keys: Mapping[SenderId, bytes]) -> str | None:
    """The commitment to what is sealed; none to what cannot be opened."""
    key = keys.get(entry.sender)
    if key is None:
        return None
    try:
        return commitment(salt_of(key, entry.id), unseal(key, entry.sealed, entry.id))
    except SealBroken:
        return None


async def _append(connection: AsyncConnection, keyring: Keyring, placed: Sequence[Placed], at: Edge) -> Edge:
    changed = dict(at.tiles)
    reached = grow(changed, at.size, await leaves(connection, keyring, placed))
    rows = [
        {"level": level, "number": number, "hashes": hashes}
        for (level, number), hashes in changed.items()
        if at.tiles.get((level, number)) != hashes
    ]
    await _putting.put(connection, rows)
    return Edge(reached, {address: changed[address] for address in edge(reached)})


@Spelled
def _putting(connection: AsyncConnection) -> Insert:
    return insert_or_replace(connection, tiles, ("level", "number"), ("hashes",))


async def load(connection: AsyncConnection, wanted: Sequence[Address]) -> dict[Address, bytes]:
    """Tiles by level and number; those that are not there are left out."""
    if not wanted:
        return {}
    query = select(tiles).where(tuple_(tiles.c.level, tiles.c.number).in_(wanted))
    return {(row.level, row.number): row.hashes for row in await connection.execute(query)}


async def upper(connection: AsyncConnection) -> dict[Address, bytes]:
    """Every tile above the lowest level: of a million entries, 125 KB."""
    query = select(tiles).where(tiles.c.level > 0)
    return {(row.level, row.number): row.hashes for row in await connection.execute(query)}
