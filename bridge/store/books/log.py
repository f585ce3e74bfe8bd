"""The log's Merkle tree as it is stored: it grows with the fold, in the fold's own transaction."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken
from bridge.evidence.canonical import Entry
from bridge.evidence.leaf import commitment, leaf, salt_of
from bridge.evidence.proofs import HASH
from bridge.evidence.tree import WIDTH, Address, edge, grow
from bridge.model import SenderId
from bridge.privacy.sealing import unseal
from bridge.store.books.journal import ENTRY, Journal
from bridge.store.books.keyring import Keyring
from bridge.store.engine.dialect import insert_or_replace
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


async def extend(connection: AsyncConnection, keyring: Keyring, placed: Sequence[Placed]) -> None:
    """Appends entries that were just given their places. A tree that is behind catches up by itself."""
    if placed and await size(connection) == placed[0][0] - 1:
        await _append(connection, keyring, placed)


async def catch_up(connection: AsyncConnection, journal: Journal) -> int:
    """Appends the next of the entries that are in the log and not in its tree; returns how many."""
    reached = await size(connection)
    query = select(*ENTRY, events.c.place).where(events.c.place > reached).order_by(events.c.place)
    rows = (await connection.execute(query.limit(SLICE))).all()
    if rows:
        placed = [(row.place, Entry(*row[: len(ENTRY)])) for row in rows]
        await _append(connection, journal.keyring, placed)
    return len(rows)


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


async def _append(connection: AsyncConnection, keyring: Keyring, placed: Sequence[Placed]) -> None:
    before = placed[0][0] - 1
    known = await load(connection, list(edge(before)))
    changed = dict(known)
    grow(changed, before, await leaves(connection, keyring, placed))
    rows = [
        {"level": level, "number": number, "hashes": hashes}
        for (level, number), hashes in changed.items()
        if known.get((level, number)) != hashes
    ]
    await connection.execute(insert_or_replace(connection, tiles, ("level", "number"), ("hashes",)), rows)


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
