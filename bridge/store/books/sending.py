"""The outbox: one row, one reservation, one provider call.

A row moves forward only: held, sending (committed before the provider is called), then settled.
Who moves money takes the pot before any row; who moves none passes over rows that somebody else has taken.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache
from random import Random
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge import pot
from bridge.heart.case import REPLIES_A_DAY
from bridge.heart.timing import awake_at, rested
from bridge.model import (
    BY_BLOCK,
    BY_HAND,
    BY_MUTE,
    BY_STOP,
    DAY,
    FIRST,
    IN_FLIGHT,
    KEPT_BACK,
    LEFT,
    MINUTE,
    NEVER_KNOWN,
    NO_TEXTS_ANSWERED,
    NOTICE,
    UNSETTLED,
    MicroEuros,
    Micros,
    OutboxRow,
    Progress,
    Reply,
    ReplyId,
    SenderId,
    Verdict,
)
from bridge.noun import Noun, replace
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Refused
from bridge.pot import Purse
from bridge.prices import possible_charge
from bridge.responses import Responses
from bridge.store.books import ledger
from bridge.store.books.outbox import REPLY, reply_of, row_of, said
from bridge.store.books.saving import write
from bridge.store.engine.dialect import among, skip_locked
from bridge.store.engine.tables import delays, outbox, senders

UNPRICED = "no_price"
"""The error of a reply that waits because nobody knows what it costs by the way that it would leave by."""

SENDER_SPENT = "sender_spent"
"""The error of one that waits because by that way it is more than its sender may cost."""

_UNPRICED_RESTS: Micros = 10 * MINUTE

Cost = Callable[[AsyncConnection, Reply], Awaitable[MicroEuros | None]]
"""What a reply may cost by another way than the one that it was priced for; `None` where nobody knows."""

_REPLY_COLUMNS = [outbox.c[name] for name in REPLY]
_PAID_OR_MAYBE = (*IN_FLIGHT, *LEFT)

# What is asked again and again is made once.
_BY = outbox.c.channel.in_(bindparam("by", type_=Text, expanding=True))
_NEXT = select(func.min(outbox.c.due_at)).where(outbox.c.progress == Progress.HELD, _BY)
_UNDER_WAY = select(outbox.c.id).where(outbox.c.progress == Progress.SENDING, _BY).limit(1)
_LATE = (
    select(outbox.c.id)
    .where(outbox.c.progress == Progress.HELD, outbox.c.expires_at <= bindparam("now", type_=BigInteger))
    .limit(1)
)


_RESTLESS = select(outbox.c.id).where(
    outbox.c.progress == Progress.HELD,
    _BY,
    outbox.c.due_at <= bindparam("now", type_=BigInteger),
    outbox.c.wording.not_in(NO_TEXTS_ANSWERED),
)


class Claimed(Noun):
    """A reply that is now marked *sending*: it must be handed to the provider once, then settled."""

    reply: Reply
    attempts: int
    at: Micros = 0
    """When it was claimed."""


class Doubtful(Noun):
    """A reply of which nobody knows whether the provider took it."""

    reply: Reply
    attempted_at: Micros
    error: str | None = None
    """The short code of what left it in doubt."""
    attempts: int | None = None
    doubts: int = 1
    """After how many calls nobody knew whether it was taken."""


async def doubtful(connection: AsyncConnection, way: str) -> list[Doubtful]:
    """The replies that are in doubt where they left, oldest first."""
    query: Select[Any] = (
        select(*_REPLY_COLUMNS, *(outbox.c[name] for name in ("attempted_at", "error", "attempts", "doubts")))
        .where(outbox.c.progress == Progress.IN_DOUBT, _left_by(way))
        .order_by(outbox.c.attempted_at)
    )
    rows = (await connection.execute(query)).all()
    return [Doubtful(reply_of(row), row.attempted_at, row.error, row.attempts, row.doubts) for row in rows]


async def others(connection: AsyncConnection, reply: Reply) -> frozenset[str]:
    """The providers' ids of whatever else was sent to whom a reply is for."""
    theirs = outbox.c.sender == reply.sender, outbox.c.id != reply.id, outbox.c.message_id.is_not(None)
    return frozenset(await connection.scalars(select(outbox.c.message_id).where(*theirs)))


async def expire(connection: AsyncConnection, now: Micros) -> None:
    """Gives up replies that waited too long: they must not flood out after an outage."""
    if await connection.scalar(_LATE, {"now": now}) is None:
        return  # the usual case: it need not wait for the pot
    late = outbox.c.progress == Progress.HELD, outbox.c.expires_at <= now
    gone = {"progress": Progress.EXPIRED, "settled_at": now, "error": "expired"}
    await step(connection, late, lambda row: replace(row, **gone))  # type: ignore[arg-type]


async def withdraw(connection: AsyncConnection, theirs: Sequence[SenderId], now: Micros, error: str) -> None:
    """Withdraws what is held for people; the code stands on it from then on."""
    held = among(connection, outbox.c.sender, theirs), outbox.c.progress == Progress.HELD
    gone = {"progress": Progress.CANCELLED, "settled_at": now, "error": error}
    await step(connection, held, lambda row: replace(row, **gone))  # type: ignore[arg-type]


async def let_rest(
    connection: AsyncConnection, channels: Sequence[str], now: Micros, responses: Responses
) -> None:
    """What is due in quiet hours waits until they are over, whatever has made it due then: a pot that could
    not pay it before, a provider that did not take it, the team, or rules that have changed since.

    What a channel tells about itself, and who of the team is called out, does not wait.
    """
    asked = {"by": list(channels), "now": now}
    if awake_at(responses, now) == now or await connection.scalar(_RESTLESS.limit(1), asked) is None:
        return
    await ledger.take(connection)
    due = await connection.scalars(_RESTLESS, asked)
    later = [{"rests": one, "until": rested(responses, now, Random(one))} for one in due]  # noqa: S311 - to be spread
    this = outbox.c.id == bindparam("rests")
    await connection.execute(update(outbox).where(this).values(due_at=bindparam("until")), later)


async def claim(
    connection: AsyncConnection,
    way: str,
    now: Micros,
    limit: int,
    responses: Responses,
    *,
    served: Sequence[str] | None = None,
    cost: Cost | None = None,
) -> list[Claimed]:
    """Marks due replies as *sending*, as far as the pot pays for them now: the lowest rank first, and of
    these the newest. At most one per recipient, none whose recipient has one in flight.

    `served`: the channels whose replies leave by this way now; its own alone, where nobody says. What was
    priced for another way is priced anew by `cost`: what cannot be is put off. None in a dry run, and none
    ever that was decided in one.
    """
    kept = await ledger.take(connection)
    if responses.is_dry:
        return []
    rows = await ripe(connection, served or (way,), now, limit)
    due = [await _leaving_by(connection, row_of(row), way, cost, responses) for row in rows]
    for why in (UNPRICED, SENDER_SPENT):
        off = [row.id for row, one in zip(rows, due, strict=True) if one == why]
        await _put_off(connection, off, now, why)
    known = [one for one in due if isinstance(one, OutboxRow)]
    chosen = payable(known, await ledger.load(connection, now), responses)
    if not chosen:
        return []
    for one in chosen:
        kept.move(one, replace(one, progress=Progress.SENDING))
    await ledger.put_back(connection, kept)
    await _mark(connection, chosen, now, unlimited=kept.opened_until(now) is not None)
    attempts = {row.id: row.attempts + 1 for row in rows}
    return [Claimed(one.reply, attempts[one.reply.id], now) for one in chosen]


async def _leaving_by(
    connection: AsyncConnection, row: OutboxRow, way: str, cost: Cost | None, responses: Responses
) -> OutboxRow | str:
    """A held reply as it leaves by a way, reserved at what it may cost there; else the code of why not: that
    nobody knows, or that it is more than its sender may cost."""
    reply, foreign = row.reply, way if row.reply.channel != way else ""
    if reply.way == foreign and not foreign:
        return row
    price = None if cost is None else await cost(connection, reply)
    if price is None:
        return UNPRICED
    if price > reply.price and price + await _spent_on(connection, reply) > responses.pot.per_sender:
        return SENDER_SPENT
    return replace(row, reply=replace(reply, way=foreign, price=price))


async def _spent_on(connection: AsyncConnection, reply: Reply) -> MicroEuros:
    """What the other replies to its sender count for, as far back as a sender's share does."""
    theirs = outbox.c.sender == reply.sender, outbox.c.id != reply.id
    lately = outbox.c.due_at > reply.due_at - pot.SENDER_WINDOW
    found = await connection.execute(select(outbox).where(*theirs, lately))
    return sum(one.booked for one in map(row_of, found) if one.said)


async def _put_off(connection: AsyncConnection, replies: Sequence[str], now: Micros, why: str) -> None:
    """They must not stand in the way of those that can be paid."""
    if replies:
        later = {"due_at": now + _UNPRICED_RESTS, "error": why}
        await connection.execute(update(outbox).where(outbox.c.id.in_(replies)).values(later))


async def hasten(connection: AsyncConnection, channel: str, now: Micros) -> None:
    """What rests because its provider did not take it is due now: another one may. What the team holds back
    is not."""
    await _hasten(connection, now, *_resting(channel, now))


async def hasten_what_came_back(connection: AsyncConnection, channel: str, now: Micros, way: str) -> None:
    """The same of what another provider took and never sent, once replies leave by `way`; but for what this
    one was found not to be paid for."""
    unpaid = func.coalesce(outbox.c.error, "").in_((UNPRICED, SENDER_SPENT))
    await _hasten(
        connection, now, *_resting(channel, now), outbox.c.unsent.is_not(None), ~unpaid, ~_left_by(way)
    )


def _resting(channel: str, now: Micros) -> tuple[ColumnElement[bool], ...]:
    held_back = select(delays.c.reply).where(
        delays.c.reply == outbox.c.id, delays.c.ended_by.is_(None), delays.c.until > now
    )
    held = outbox.c.progress == Progress.HELD, outbox.c.channel == channel, outbox.c.attempts > 0
    return *held, outbox.c.due_at > now, ~held_back.exists()


async def _hasten(connection: AsyncConnection, now: Micros, *which: ColumnElement[bool]) -> None:
    resting = select(outbox.c.id).where(*which)
    free = resting.with_for_update(skip_locked=True) if skip_locked(connection) else resting
    await connection.execute(update(outbox).where(outbox.c.id.in_(free)).values(due_at=now))


async def is_waiting(connection: AsyncConnection, channel: str, now: Micros, soon: Micros) -> bool:
    """Whether something is held that is due within so long."""
    held = outbox.c.progress == Progress.HELD, outbox.c.channel == channel, outbox.c.due_at <= now + soon
    return await connection.scalar(select(outbox.c.id).where(*held).limit(1)) is not None


def _left_by(way: str) -> ColumnElement[bool]:
    """Whether a reply leaves by a way, or left by it."""
    return or_(outbox.c.way == way, and_(outbox.c.way == "", outbox.c.channel == way))


def payable(due: Iterable[OutboxRow], purse: Purse, responses: Responses) -> list[OutboxRow]:
    """Those that can be paid, in order, one a recipient."""
    chosen: dict[str, OutboxRow] = {}
    for row in due:
        price, rank = row.reply.price, row.reply.rank
        if row.reply.sender in chosen:
            continue
        if price and price > pot.top(purse, responses, row.reply):
            continue
        chosen[row.reply.sender] = row
        purse = pot.after(purse, price, rank)
    return list(chosen.values())


async def _mark(
    connection: AsyncConnection, chosen: Sequence[OutboxRow], now: Micros, *, unlimited: bool
) -> None:
    """One by one, in the order of recipients: a second claim of the same ones waits, and not in a circle."""
    ids = [
        {"claimed": one.reply.id, "leaves": one.reply.way, "costs": one.reply.price}
        for one in sorted(chosen, key=lambda one: one.reply.sender)
    ]
    sending = {"progress": Progress.SENDING, "attempted_at": now, "attempts": outbox.c.attempts + 1}
    sending["unlimited"] = unlimited
    leaving: dict[str, Any] = {"way": bindparam("leaves"), "price": bindparam("costs")}
    statement = update(outbox).where(outbox.c.id == bindparam("claimed")).values(sending | leaving)
    await connection.execute(statement, ids)


async def settle(
    connection: AsyncConnection,
    reply: ReplyId,
    outcome: Outcome,
    now: Micros,
    again_at: Micros,
    *,
    call: int | None = None,
) -> None:
    """Writes down what came of the call. What was not processed is held again until `again_at`.

    A receipt that overtook the call's own answer has settled the row already, and stands. `call`: which one
    it was, counted from 1. What an older one came to says nothing of the newest, which another process may
    be making, unless it was taken.
    """
    this = [outbox.c.id == reply, outbox.c.progress.in_(IN_FLIGHT)]
    if call is not None and not isinstance(outcome, Accepted):
        this.append(outbox.c.attempts == call)
    await step(connection, this, lambda row: _settled(row, outcome, now, again_at))
    if isinstance(outcome, NotProcessed):
        await _withdraw(connection, reply, now)
    if isinstance(outcome, Accepted) and outcome.price is not None:
        unsettled = outbox.c.id == reply, outbox.c.cost.is_(None), outbox.c.progress.not_in(UNSETTLED)
        price = outcome.price
        await step(connection, unsettled, lambda row: _charged(row, price))


async def doubt(connection: AsyncConnection, before: Micros, now: Micros) -> int:
    """Marks calls that began before `before` and never ended as *in doubt*; returns how many.

    As far in the future nobody has called either: a clock was ahead then, and was set right.
    """
    began = outbox.c.attempted_at
    over = or_(began <= before, began > now + (now - before))
    cut_off = select(outbox.c.id).where(outbox.c.progress == Progress.SENDING, over)
    free = cut_off.with_for_update(skip_locked=True) if skip_locked(connection) else cut_off
    result = await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(free))
        .values(progress=Progress.IN_DOUBT, settled_at=now, error="interrupted", doubts=outbox.c.doubts + 1)
    )
    return result.rowcount


async def once_more(connection: AsyncConnection, way: str, before: Micros, now: Micros) -> list[ReplyId]:
    """Holds again what costs nothing, was in doubt once, and whose call began before `before`.

    Whoever is not to be answered any more is not: what is in doubt stays so.
    """
    this = outbox.c.progress == Progress.IN_DOUBT, _left_by(way), outbox.c.price == 0
    once = outbox.c.doubts == 1, outbox.c.attempted_at <= before, ~_unwelcome(now)
    again: list[ReplyId] = []

    def held(row: OutboxRow) -> OutboxRow:
        again.append(row.reply.id)
        return replace(row, reply=replace(row.reply, due_at=now), progress=Progress.HELD)

    await step(connection, (*this, *once), held)
    return again


async def give_up(connection: AsyncConnection, way: str, before: Micros, now: Micros) -> int:
    """Ends doubts, of calls that began before `before` and cost nothing, that nobody can settle: they would
    stand in the way of every later reply to the same person. Returns how many."""
    this = outbox.c.progress == Progress.IN_DOUBT, _left_by(way), outbox.c.price == 0
    ended: list[ReplyId] = []

    def unknown(row: OutboxRow) -> OutboxRow:
        ended.append(row.reply.id)
        return replace(row, progress=Progress.FAILED, settled_at=now, error=NEVER_KNOWN)

    await step(connection, (*this, outbox.c.attempted_at <= before), unknown)
    return len(ended)


async def next_due(connection: AsyncConnection, channels: Sequence[str]) -> Micros | None:
    """When the next held reply of these channels is due."""
    due_at: Micros | None = await connection.scalar(_NEXT, {"by": list(channels)})
    return due_at


async def came_back(
    connection: AsyncConnection, way: str, since: Micros, channels: Sequence[str] = ()
) -> str | None:
    """The code of a reply that its provider took and never sent, if it came back after `since` and waits.

    `channels`: whose replies may have left by this way, where it is not its own alone.
    """
    waiting = outbox.c.progress == Progress.HELD, outbox.c.unsent.is_not(None), outbox.c.settled_at > since
    theirs = outbox.c.channel.in_(channels or (way,))  # by which they are found: the index is of these
    query = select(outbox.c.error).where(theirs, _left_by(way), *waiting)
    code: str | None = await connection.scalar(query.order_by(outbox.c.settled_at.desc()).limit(1))
    return code


async def has_left(connection: AsyncConnection, reply: ReplyId) -> bool:
    """Whether a reply is known to have been taken, and kept."""
    query = select(outbox.c.id).where(outbox.c.id == reply, outbox.c.progress.in_(LEFT))
    return await connection.scalar(query) is not None


async def last_taken(connection: AsyncConnection, way: str) -> Micros:
    """When a reply was last handed over by a way whose provider kept it; 0 where none was."""
    newest = [await connection.scalar(_newest(way, progress)) for progress in LEFT]
    return max((at for at in newest if at is not None), default=0)


def _newest(way: str, progress: Progress) -> Select[Micros]:
    """Asked one progress at a time, for by that and the time the index goes."""
    query = select(outbox.c.attempted_at).where(outbox.c.progress == progress, _left_by(way))
    return query.order_by(outbox.c.attempted_at.desc()).limit(1)


async def leaving(
    connection: AsyncConnection, channel: str, now: Micros, responses: Responses, *, due: bool
) -> bool:
    """Whether a reply of a channel is handed over, or, if `due` ones count, could be at once."""
    if await connection.scalar(_UNDER_WAY, {"by": [channel]}) is not None:
        return True
    if not due:
        return False
    rows = await ripe(connection, (channel,), now, 1)
    return bool(payable(map(row_of, rows), await ledger.load(connection, now), responses))


async def step(
    connection: AsyncConnection,
    which: Sequence[ColumnElement[bool]],
    moved: Callable[[OutboxRow], OutboxRow],
) -> None:
    """Moves rows, and the money with them."""
    purse = await ledger.take(connection)
    query = select(outbox).where(*which)
    locked = query.with_for_update() if skip_locked(connection) else query
    steps = [(row, moved(row)) for row in map(row_of, (await connection.execute(locked)).all())]
    for before, after in steps:
        purse.move(before, after)
    if steps:
        await write(connection, [after for _, after in steps])
        await ledger.put_back(connection, purse)


async def _withdraw(connection: AsyncConnection, reply: ReplyId, now: Micros) -> None:
    """A reply that is held again is not sent to whom a STOP or a mute has come from, or for, meanwhile."""
    this = outbox.c.id == reply, outbox.c.progress == Progress.HELD
    theirs = select(_objection(now)).join_from(outbox, senders, senders.c.id == outbox.c.sender)
    error = await connection.scalar(theirs.where(*this))
    if error is not None:
        gone = {"progress": Progress.CANCELLED, "settled_at": now, "error": error}
        await step(connection, this, lambda row: replace(row, **gone))  # type: ignore[arg-type]


def _unwelcome(now: Micros) -> ColumnElement[bool]:
    theirs = senders.c.id == outbox.c.sender, _objection(now).is_not(None)
    return select(senders.c.id).where(*theirs).exists()


def _objection(now: Micros) -> ColumnElement[str | None]:
    """As `Books.objection`: whom a reply is for said STOP or blocked us, is muted, a raider, or was answered
    by hand since it was handed over.

    A STOP may have come before that, and have been read after it. What a channel tells about itself it tells
    to whoever asks after a STOP, too.
    """
    return case(
        (_gone_since(senders.c.stopped_at), BY_STOP),
        (_gone_since(senders.c.blocked_at), BY_BLOCK),
        (senders.c.muted_until > now, BY_MUTE),
        (and_(senders.c.verdict == Verdict.RAIDER, outbox.c.rank != FIRST), KEPT_BACK),
        (_is_answered_by_hand(), BY_HAND),
        else_=None,
    )


_HANDED_OVER = func.coalesce(outbox.c.attempted_at, 0)


def _gone_since(at: ColumnElement[Micros | None]) -> ColumnElement[bool]:
    return and_(at.is_not(None), or_(outbox.c.wording != NOTICE, at >= _HANDED_OVER))


def _is_answered_by_hand() -> ColumnElement[bool]:
    given = outbox.alias("given")
    since = given.c.sender == outbox.c.sender, given.c.due_at > _HANDED_OVER
    by_hand = given.c.rank == FIRST, said(given)  # which a summons is not
    instead = select(given.c.id).where(*since, *by_hand).correlate(outbox).exists()
    return and_(outbox.c.rank != FIRST, outbox.c.wording != NOTICE, instead)


def _charged(row: OutboxRow, price: MicroEuros) -> OutboxRow:
    return replace(row, cost=price) if possible_charge(price, row.reply.segments) else row


def _settled(row: OutboxRow, outcome: Outcome, now: Micros, again_at: Micros) -> OutboxRow:
    match outcome:
        case Accepted(message_id=name, progress=progress, error=code):
            return replace(row, progress=progress, message_id=name, settled_at=now, error=code)
        case Refused(code=code):
            return replace(row, progress=Progress.FAILED, settled_at=now, error=code)
        case NotProcessed(code=code):
            later = replace(row.reply, due_at=again_at)
            return replace(row, reply=later, progress=Progress.HELD, error=code)
        case InDoubt(code=code):
            doubts = row.doubts + (row.progress is Progress.SENDING)
            return replace(row, progress=Progress.IN_DOUBT, settled_at=now, error=code, doubts=doubts)


async def ripe(
    connection: AsyncConnection, channels: Sequence[str], now: Micros, limit: int, *, dry: bool = False
) -> Sequence[Row[Any]]:
    """Held replies whose time has come, and that nothing stands in the way of but money; those that were
    decided in a dry run only where they are asked for: they never leave."""
    asked = {"by": list(channels), "now": now, "a_day_ago": now - DAY, "most": limit}
    query = _ripe(lock=skip_locked(connection), dry=dry)
    found: Sequence[Row[Any]] = (await connection.execute(query, asked)).all()
    return found


@cache
def _ripe(*, lock: bool, dry: bool) -> Select[Any]:
    other = outbox.alias("other")
    in_flight = select(other.c.id).where(other.c.sender == outbox.c.sender, other.c.progress.in_(IN_FLIGHT))
    recent = (
        select(func.count())
        .where(
            other.c.sender == outbox.c.sender,
            other.c.progress.in_(_PAID_OR_MAYBE),
            other.c.attempted_at > bindparam("a_day_ago", type_=BigInteger),
        )
        .scalar_subquery()
    )
    query = (
        select(outbox)
        .where(outbox.c.progress == Progress.HELD, _BY)
        .where(outbox.c.due_at <= bindparam("now", type_=BigInteger))
        .where(~in_flight.exists(), recent < REPLIES_A_DAY, *(() if dry else (~outbox.c.dry,)))
        .order_by(outbox.c.price > 0, outbox.c.rank, outbox.c.due_at.desc(), outbox.c.id)
        .limit(bindparam("most", type_=Integer))
    )
    return query.with_for_update(skip_locked=True) if lock else query
