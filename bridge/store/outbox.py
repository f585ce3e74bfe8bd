"""The outbox: one row, one reservation, one provider call.

A row moves forward only: held, sending (committed before the provider is called), then settled.
Who moves money takes the pot before any row; who moves none passes over rows that somebody else has taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, Select, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.effects import Advance, Cancel
from bridge.heart.gates import REPLIES_A_DAY
from bridge.model import DAY, MicroEuros, Micros, Progress, Reply, ReplyId, SenderId
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Refused
from bridge.store import ledger
from bridge.store.dialect import skip_locked
from bridge.store.tables import IN_FLIGHT, outbox

_REPLY_COLUMNS = [outbox.c[name] for name in Reply.__slots__]
_PAID_OR_MAYBE = (*IN_FLIGHT, Progress.ACCEPTED, Progress.SENT, Progress.DELIVERED)


log = structlog.get_logger("rempart.outbox")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A reply that is now marked *sending*: it must be handed to the provider once, then settled."""

    reply: Reply
    attempts: int


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A reply of which nobody knows whether the provider took it."""

    reply: Reply
    attempted_at: Micros


async def doubtful(connection: AsyncConnection, channel: str) -> list[Doubtful]:
    """The replies of a channel that are in doubt, oldest first."""
    query: Select[Any] = (
        select(*_REPLY_COLUMNS, outbox.c.attempted_at)
        .where(outbox.c.progress == Progress.IN_DOUBT, outbox.c.channel == channel)
        .order_by(outbox.c.attempted_at)
    )
    rows = (await connection.execute(query)).all()
    return [Doubtful(_reply(row), row.attempted_at) for row in rows]


async def unknown(connection: AsyncConnection, told_of: Mapping[str, SenderId]) -> frozenset[str]:
    """Which messages, each with its recipient, we have no row of, nor a call under way."""
    if not told_of:
        return frozenset()
    ours = set(await connection.scalars(select(outbox.c.message_id).where(outbox.c.message_id.in_(told_of))))
    recipients = outbox.c.sender.in_(set(told_of.values())), outbox.c.progress.in_(IN_FLIGHT)
    flying = set(await connection.scalars(select(outbox.c.sender).where(*recipients)))
    return frozenset(one for one, sender in told_of.items() if one not in ours and sender not in flying)


async def hold(connection: AsyncConnection, replies: Sequence[Reply]) -> None:
    """Queues replies."""
    if replies:
        rows = [{name: getattr(reply, name) for name in Reply.__slots__} for reply in replies]
        await connection.execute(outbox.insert(), rows)
        await ledger.move(connection, reserved=sum(reply.price for reply in replies))


async def cancel(connection: AsyncConnection, cancel: Cancel, now: Micros) -> None:
    """Withdraws what is still held for a sender."""
    mine = outbox.c.sender == cancel.sender, outbox.c.progress == Progress.HELD
    await withdraw(connection, mine, now, "cancelled")


async def withdraw(
    connection: AsyncConnection, held: Sequence[ColumnElement[bool]], now: Micros, error: str
) -> None:
    """Withdraws replies that are held; `error`: a short code that says why."""
    await _step(connection, held, progress=Progress.CANCELLED, settled_at=now, error=error)


async def advance(connection: AsyncConnection, advance: Advance, now: Micros) -> None:
    """Moves a reply forward on the provider's word; never back, and never another one's reply."""
    mine: ColumnElement[bool] = outbox.c.message_id == advance.message_id
    if advance.reply is not None:
        unnamed = (outbox.c.id == advance.reply) & outbox.c.message_id.is_(None)
        mine = or_(mine, unnamed)
    below = outbox.c.progress.in_(_below(advance.progress))
    await _step(
        connection,
        (mine, below),
        progress=advance.progress,
        message_id=advance.message_id,
        error=advance.error,
        settled_at=now,
    )
    if advance.cost is not None:
        await _settle_cost(connection, outbox.c.message_id == advance.message_id, advance.cost)


async def expire(connection: AsyncConnection, now: Micros) -> None:
    """Gives up replies that waited too long: they must not flood out after an outage."""
    late = outbox.c.progress == Progress.HELD, outbox.c.expires_at <= now
    if await connection.scalar(select(outbox.c.id).where(*late).limit(1)) is None:
        return  # the usual case: it need not wait for the pot
    await _step(connection, late, progress=Progress.EXPIRED, settled_at=now, error="expired")


async def claim(connection: AsyncConnection, channel: str, now: Micros, limit: int) -> list[Claimed]:
    """Marks due replies as *sending*: at most one per recipient, none whose recipient has one in flight."""
    rows = (await connection.execute(_due(connection, channel, now, limit))).all()
    claimed: dict[str, Claimed] = {}
    for row in rows:
        claimed.setdefault(row.sender, Claimed(_reply(row), row.attempts + 1))
    if claimed:
        # One by one, in the order of recipients: a second claim of the same ones waits, and not in a circle.
        ids = [{"claimed": claimed[sender].reply.id} for sender in sorted(claimed)]
        sending = {"progress": Progress.SENDING, "attempted_at": now, "attempts": outbox.c.attempts + 1}
        statement = update(outbox).where(outbox.c.id == bindparam("claimed")).values(sending)
        await connection.execute(statement, ids)
    return list(claimed.values())


async def settle(
    connection: AsyncConnection, reply: ReplyId, outcome: Outcome, now: Micros, again_at: Micros
) -> None:
    """Writes down what came of the call. What was not processed is held again until `again_at`.

    A receipt that overtook the call's own answer has settled the row already, and stands.
    """
    this = outbox.c.id == reply, outbox.c.progress.in_(IN_FLIGHT)
    await _step(connection, this, **_settlement(outcome, now, again_at))
    if isinstance(outcome, Accepted) and outcome.price is not None:
        await _settle_cost(connection, outbox.c.message_id == outcome.message_id, outcome.price)


async def doubt(connection: AsyncConnection, before: Micros, now: Micros) -> int:
    """Marks calls that began before `before` and never ended as *in doubt*; returns how many."""
    cut_off = select(outbox.c.id).where(
        outbox.c.progress == Progress.SENDING, outbox.c.attempted_at <= before
    )
    free = cut_off.with_for_update(skip_locked=True) if skip_locked(connection) else cut_off
    result = await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(free))
        .values(progress=Progress.IN_DOUBT, settled_at=now, error="interrupted")
    )
    return result.rowcount


async def next_due(connection: AsyncConnection, channel: str) -> Micros | None:
    """When the next held reply of a channel is due."""
    held = outbox.c.progress == Progress.HELD, outbox.c.channel == channel
    due_at: Micros | None = await connection.scalar(select(func.min(outbox.c.due_at)).where(*held))
    return due_at


async def leaving(connection: AsyncConnection, channel: str, now: Micros, *, due: bool) -> bool:
    """Whether a reply of a channel is handed over, or, if `due` ones count, could be at once."""
    under_way = outbox.c.progress == Progress.SENDING, outbox.c.channel == channel
    if await connection.scalar(select(outbox.c.id).where(*under_way).limit(1)) is not None:
        return True
    return due and (await connection.execute(_due(connection, channel, now, 1))).first() is not None


async def _step(
    connection: AsyncConnection, which: Sequence[ColumnElement[bool]], *, progress: Progress, **values: object
) -> None:
    """Moves rows forward, and the money with them."""
    await ledger.lock(connection)
    query = select(outbox.c.id, outbox.c.progress, outbox.c.price).where(*which)
    locked = query.with_for_update() if skip_locked(connection) else query
    rows = (await connection.execute(locked)).all()
    if not rows:
        return
    ids = [row.id for row in rows]
    await connection.execute(update(outbox).where(outbox.c.id.in_(ids)).values(progress=progress, **values))
    freed = sum(row.price for row in rows if ledger.leaves_reserve(Progress(row.progress), progress))
    # What a provider has taken may be billed, also when it fails later: only a refusal costs nothing.
    taken = bool(values.get("message_id"))
    await ledger.move(connection, reserved=-freed, spent=freed if taken else 0)


async def _settle_cost(connection: AsyncConnection, which: ColumnElement[bool], cost: MicroEuros) -> None:
    """Books the provider's own figure in place of the worst case, once; only for what it has taken."""
    unsettled = which, outbox.c.cost.is_(None), outbox.c.progress.not_in(ledger.RESERVED)
    query = select(outbox.c.id, outbox.c.price).where(*unsettled)
    locked = query.with_for_update() if skip_locked(connection) else query
    row = (await connection.execute(locked)).one_or_none()
    if row is None:
        return
    await connection.execute(update(outbox).where(outbox.c.id == row.id).values(cost=cost))
    await ledger.settle(connection, row.price, cost)
    if cost > row.price:
        log.warning("a reply cost more than its worst case", reply_id=row.id, booked=row.price, cost=cost)


def _settlement(outcome: Outcome, now: Micros, again_at: Micros) -> dict[str, Any]:
    match outcome:
        case Accepted(message_id=message_id):
            return {"progress": Progress.ACCEPTED, "message_id": message_id, "settled_at": now, "error": None}
        case Refused(code=code):
            return {"progress": Progress.FAILED, "settled_at": now, "error": code}
        case NotProcessed(code=code):
            return {"progress": Progress.HELD, "due_at": again_at, "error": code}
        case InDoubt(code=code):
            return {"progress": Progress.IN_DOUBT, "settled_at": now, "error": code}


def _due(connection: AsyncConnection, channel: str, now: Micros, limit: int) -> Select[tuple[object, ...]]:
    """Held replies whose time has come, oldest first, that nothing stands in the way of."""
    other = outbox.alias("other")
    in_flight = select(other.c.id).where(other.c.sender == outbox.c.sender, other.c.progress.in_(IN_FLIGHT))
    recent = (
        select(func.count())
        .where(
            other.c.sender == outbox.c.sender,
            other.c.progress.in_(_PAID_OR_MAYBE),
            other.c.attempted_at > now - DAY,
        )
        .scalar_subquery()
    )
    query = (
        select(*_REPLY_COLUMNS, outbox.c.attempts)
        .where(outbox.c.progress == Progress.HELD, outbox.c.due_at <= now, outbox.c.channel == channel)
        .where(~in_flight.exists(), recent < REPLIES_A_DAY)
        .order_by(outbox.c.due_at)
        .limit(limit)
    )
    return query.with_for_update(skip_locked=True) if skip_locked(connection) else query


def _reply(row: Row[Any]) -> Reply:
    return Reply(**{name: getattr(row, name) for name in Reply.__slots__})


def _below(progress: Progress) -> list[Progress]:
    return [lower for lower in Progress if lower.rank < progress.rank]
