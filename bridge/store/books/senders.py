"""What the fold remembers of senders, and the handles they bear."""

from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b
from itertools import islice
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Micros, Sender, SenderId, Verdict
from bridge.noun import replace
from bridge.privacy.pseudonym import handles
from bridge.store.engine.dialect import among_given, given
from bridge.store.engine.spelled import Spelled
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
    found = await _known.rows(connection, wanted=given(connection.dialect.name, wanted))
    return list(map(sender, found))


@Spelled
def _known(connection: AsyncConnection) -> Select[Any]:
    theirs = among_given(connection.dialect.name, senders.c.id, "wanted")
    return select(senders.c.id, *(senders.c[name] for name in REMEMBERED)).where(theirs)


async def load(connection: AsyncConnection, wanted: Collection[SenderId]) -> list[Sender]:
    """Everyone in `wanted`, in that order, each with a handle of their own."""
    found = {one.id: one for one in await find(connection, wanted)}
    strangers = [one for one in wanted if one in found and not found[one].handle]
    if strangers:
        chosen = await give_handles(connection, strangers)
        found |= {one: replace(found[one], handle=handle) for one, handle in chosen.items()}
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
    borne = await _borne.rows(connection, wanted=given(connection.dialect.name, wanted))
    taken = {row.handle for row in borne}
    chosen: dict[SenderId, str] = {}
    for one, options in candidates.items():
        free = next((handle for handle in options if handle not in taken), "")
        chosen[one] = free or await _search(connection, one, lives, taken)
        taken.add(chosen[one])
    return chosen


async def _lives(connection: AsyncConnection, wanted: Collection[SenderId]) -> Mapping[SenderId, Micros]:
    """When those of them were forgotten who once were."""
    rows = await _erased.rows(connection, wanted=given(connection.dialect.name, wanted))
    return {SenderId(row.id): row.erased_at for row in rows}


@Spelled
def _erased(connection: AsyncConnection) -> Select[Any]:
    query = select(senders.c.id, senders.c.erased_at).where(senders.c.erased_at.is_not(None))
    return query.where(among_given(connection.dialect.name, senders.c.id, "wanted"))


@Spelled
def _borne(connection: AsyncConnection) -> Select[Any]:
    return select(senders.c.handle).where(among_given(connection.dialect.name, senders.c.handle, "wanted"))


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


def sender(row: Any) -> Sender:
    """A sender as they are kept."""
    return Sender(
        SenderId(row.id),
        row.handle or "",
        row.messages,
        row.first_at,
        row.last_at,
        row.stopped_at,
        row.blocked_at,
        row.muted_until,
        Verdict(row.verdict),
        row.reasons,
        row.raid,
        row.forget_at,
    )


def values_of(one: Sender) -> dict[str, object]:
    """A sender as a row is written."""
    return {name: getattr(one, name) for name in REMEMBERED} | {"sender": one.id}
