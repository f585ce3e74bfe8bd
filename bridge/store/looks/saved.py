"""What a raid has spared the pot, asked in SQL: `bridge.saved` says what it means, and what could be paid."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import BY_MUTE, COMMITTED, DAY, HOUR, KEPT_BACK, MicroEuros, Micros, Progress, Raid
from bridge.responses import Responses
from bridge.saved import ByHour, spared, stretch
from bridge.store.books import ledger
from bridge.store.engine.tables import members, outbox, senders

_WITHDRAWN = (KEPT_BACK, BY_MUTE)


async def saved(connection: AsyncConnection, raid: Raid, responses: Responses, now: Micros) -> MicroEuros:
    """What the same rules would have paid for the raid beyond what was paid, without detector and team."""
    kept_back = await _kept_back(connection, raid, responses.reply_once_per, now)
    if not kept_back:
        return 0
    paid = await _paid(connection, min(kept_back) - DAY)
    purse = await ledger.load(connection, now)
    return sum(spared(kept_back, paid, purse, responses, now).values())


async def _kept_back(connection: AsyncConnection, raid: Raid, once_per: Micros, now: Micros) -> ByHour:
    if raid.ended_at is not None:  # a false alarm has spared nothing
        return {}
    query = _by_hour(outbox.c.due_at, outbox.c.price).join(senders, senders.c.id == outbox.c.sender)
    query = query.where(*_because_of(raid, now), ~_had_left(), ~_instead(once_per))
    return await _sums(connection, query)


async def _paid(connection: AsyncConnection, since: Micros) -> ByHour:
    """What was handed over in each hour, to whomever."""
    query = _by_hour(outbox.c.attempted_at, ledger.BOOKED)
    return await _sums(
        connection, query.where(outbox.c.progress.in_(COMMITTED), outbox.c.attempted_at >= since)
    )


async def _sums(connection: AsyncConnection, query: Select[Any]) -> ByHour:
    return {row[0]: int(row[1]) for row in await connection.execute(query) if row[1]}


def _by_hour(at: ColumnElement[int], amount: Any) -> Select[Any]:
    hour = (at - at % HOUR).label("hour")
    return select(hour, func.sum(amount)).select_from(outbox).group_by(hour)


def _because_of(raid: Raid, now: Micros) -> tuple[ColumnElement[bool], ...]:
    """A mute counts where it is one of the raid's people who was muted."""
    begin, end = stretch(raid)
    who = select(members.c.sender).where(members.c.raid == raid.id)
    theirs = or_(outbox.c.sender.in_(who), senders.c.raid == raid.id)
    return (
        outbox.c.progress == Progress.CANCELLED,
        outbox.c.due_at.between(begin - DAY, now),
        outbox.c.settled_at.between(begin, end),
        or_(outbox.c.error == KEPT_BACK, and_(outbox.c.error == BY_MUTE, theirs)),
    )


def _had_left() -> ColumnElement[bool]:
    """Whether somebody wrote STOP, or blocked us, before the reply was due."""
    gone = (func.coalesce(one, outbox.c.due_at + 1) for one in (senders.c.stopped_at, senders.c.blocked_at))
    return or_(*(one <= outbox.c.due_at for one in gone))


def _instead(once_per: Micros) -> ColumnElement[bool]:
    """Whether the rules would have sent another one to the same person, and so not this."""
    other = outbox.alias("instead")
    near = other.c.due_at.between(outbox.c.due_at - once_per + 1, outbox.c.due_at + once_per - 1)
    earlier = or_(
        other.c.due_at < outbox.c.due_at,
        and_(other.c.due_at == outbox.c.due_at, other.c.id < outbox.c.id),
    )
    withdrawn = and_(other.c.progress == Progress.CANCELLED, other.c.error.in_(_WITHDRAWN), earlier)
    same = other.c.sender == outbox.c.sender, other.c.id != outbox.c.id, near
    return select(other.c.id).where(*same, or_(other.c.progress.in_(COMMITTED), withdrawn)).exists()
