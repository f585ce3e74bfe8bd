"""What the fold remembers of senders, and the handles they bear."""

from collections.abc import Collection, Iterable, Sequence
from itertools import islice

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Said, Sender, SenderId, Verdict
from bridge.privacy.pseudonym import handles
from bridge.store.tables import senders

_CANDIDATES = 8
"""Handles tried before looking further; with a million senders, eight are all taken once in 10^6 times."""


async def load(connection: AsyncConnection, wanted: Sequence[SenderId]) -> dict[SenderId, Sender]:
    """Everyone in `wanted`, each with a handle of their own."""
    found = {sender.id: sender for sender in await find(connection, wanted)}
    strangers = [sender for sender, known in found.items() if not known.handle]
    if strangers:
        given = await _give_handles(connection, strangers)
        found |= {sender: Sender(sender, handle) for sender, handle in given.items()}
    return found


async def find(connection: AsyncConnection, wanted: Collection[SenderId]) -> list[Sender]:
    """Those of `wanted` whom there is a row of, as they are: whoever was never folded has no handle."""
    rows = await connection.execute(select(senders).where(senders.c.id.in_(wanted)))
    return [_sender(row) for row in rows]


async def remember(connection: AsyncConnection, remembered: Iterable[Sender]) -> None:
    """Writes down the newest memory of each sender."""
    newest = {sender.id: sender for sender in remembered}
    # In one order everywhere: two transactions that lock senders the other way round would block each other.
    rows = [_values(newest[id_]) for id_ in sorted(newest)]
    if not rows:
        return
    columns = [name for name in rows[0] if name != "sender"]
    statement = update(senders).where(senders.c.id == bindparam("sender"))
    await connection.execute(statement.values({name: bindparam(name) for name in columns}), rows)


async def by_handle(connection: AsyncConnection, handle: str) -> SenderId | None:
    """Who bears a handle."""
    found = await connection.scalar(select(senders.c.id).where(senders.c.handle == handle))
    return SenderId(found) if found else None


async def _give_handles(connection: AsyncConnection, strangers: Sequence[SenderId]) -> dict[SenderId, str]:
    candidates = {sender: list(islice(handles(sender), _CANDIDATES)) for sender in strangers}
    wanted = [handle for options in candidates.values() for handle in options]
    taken = set(await connection.scalars(select(senders.c.handle).where(senders.c.handle.in_(wanted))))
    given: dict[SenderId, str] = {}
    for sender, options in candidates.items():
        given[sender] = next((handle for handle in options if handle not in taken), "") or await _search(
            connection, sender, taken
        )
        taken.add(given[sender])
    return given


async def _search(connection: AsyncConnection, sender: SenderId, taken: set[str | None]) -> str:
    for handle in islice(handles(sender), _CANDIDATES, None):
        if handle not in taken and await by_handle(connection, handle) is None:
            return handle
    return sender  # more senders than handles: the pseudonym itself is unique


def _sender(row: Row[tuple[object, ...]]) -> Sender:
    return Sender(
        id=SenderId(row.id),
        handle=row.handle or "",
        messages=row.messages,
        first_at=row.first_at,
        last_at=row.last_at,
        stopped_at=row.stopped_at,
        said=tuple(Said(*said) for said in row.said),
        muted_until=row.muted_until,
        verdict=Verdict(row.verdict),
        reasons=tuple(row.reasons),
        raid=row.raid,
        withdrawn_at=row.withdrawn_at,
    )


def _values(sender: Sender) -> dict[str, object]:
    return {
        "sender": sender.id,
        "handle": sender.handle,
        "messages": sender.messages,
        "first_at": sender.first_at,
        "last_at": sender.last_at,
        "stopped_at": sender.stopped_at,
        "said": [[said.reply, said.wording, said.due_at, said.price] for said in sender.said],
        "muted_until": sender.muted_until,
        "verdict": sender.verdict,
        "reasons": list(sender.reasons),
        "raid": sender.raid,
        "withdrawn_at": sender.withdrawn_at,
    }
