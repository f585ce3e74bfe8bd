"""What the fold remembers of senders, and the handles they bear."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from hashlib import blake2b
from itertools import islice

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Micros, Sender, SenderId, Verdict
from bridge.privacy.pseudonym import handles
from bridge.store.engine.dialect import among
from bridge.store.engine.tables import senders

_CANDIDATES = 8
"""Handles tried before looking further; with a million senders, eight are all taken once in 10^6 times."""

REMEMBERED = (
    "handle",
    "messages",
    "first_at",
    "last_at",
    "stopped_at",
    "blocked_at",
    "muted_until",
    "verdict",
    "reasons",
    "raid",
    "forget_at",
)
"""The columns that the fold changes."""


async def find(connection: AsyncConnection, wanted: Collection[SenderId]) -> list[Sender]:
    """Those of `wanted` whom there is a row of, as they are: whoever was never folded has no handle."""
    rows = await connection.execute(select(senders).where(among(connection, senders.c.id, wanted)))
    return [sender(row) for row in rows]


async def load(connection: AsyncConnection, wanted: Collection[SenderId]) -> list[Sender]:
    """Everyone in `wanted`, in that order, each with a handle of their own."""
    found = {one.id: one for one in await find(connection, wanted)}
    strangers = [one for one in wanted if one in found and not found[one].handle]
    if strangers:
        given = await give_handles(connection, strangers)
        found |= {one: replace(found[one], handle=handle) for one, handle in given.items()}
    return [found[one] for one in wanted if one in found]


async def by_handle(connection: AsyncConnection, handle: str) -> SenderId | None:
    """Who bears a handle."""
    found = await connection.scalar(select(senders.c.id).where(senders.c.handle == handle))
    return SenderId(found) if found else None


async def give_handles(connection: AsyncConnection, strangers: Collection[SenderId]) -> dict[SenderId, str]:
    """A handle that nobody bears for each; whoever was forgotten gets another than before."""
    lives = await _lives(connection, strangers)
    candidates = {one: list(islice(_handles(one, lives), _CANDIDATES)) for one in strangers}
    wanted = [handle for options in candidates.values() for handle in options]
    query = select(senders.c.handle).where(among(connection, senders.c.handle, wanted))
    taken = set(await connection.scalars(query))
    given: dict[SenderId, str] = {}
    for one, options in candidates.items():
        free = next((handle for handle in options if handle not in taken), "")
        given[one] = free or await _search(connection, one, lives, taken)
        taken.add(given[one])
    return given


async def _lives(connection: AsyncConnection, wanted: Collection[SenderId]) -> Mapping[SenderId, Micros]:
    """When those of them were forgotten who once were."""
    query = select(senders.c.id, senders.c.erased_at).where(senders.c.erased_at.is_not(None))
    rows = await connection.execute(query.where(among(connection, senders.c.id, wanted)))
    return {SenderId(row.id): row.erased_at for row in rows}


def _handles(one: SenderId, lives: Mapping[SenderId, Micros]) -> Iterator[str]:
    """Whoever comes back after having been forgotten is somebody new."""
    if one not in lives:
        return handles(one)
    reborn = blake2b(f"{one}:{lives[one]}".encode(), digest_size=16).hexdigest()
    return handles(SenderId(reborn))


async def _search(
    connection: AsyncConnection, sender: SenderId, lives: Mapping[SenderId, Micros], taken: set[str | None]
) -> str:
    for handle in islice(_handles(sender, lives), _CANDIDATES, None):
        if handle not in taken and await by_handle(connection, handle) is None:
            return handle
    return sender  # more senders than handles: the pseudonym itself is unique


def sender(row: Row[tuple[object, ...]]) -> Sender:
    """A sender as they are kept."""
    values = {name: getattr(row, name) for name in REMEMBERED}
    changed = {"handle": row.handle or "", "verdict": Verdict(row.verdict)}
    return Sender(SenderId(row.id), **{**values, **changed})


def values_of(one: Sender) -> dict[str, object]:
    """A sender as a row is written."""
    return {name: getattr(one, name) for name in REMEMBERED} | {"sender": one.id}
