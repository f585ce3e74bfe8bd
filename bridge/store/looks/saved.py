"""What a raid has spared the pot, asked in SQL: `bridge.saved` says what it means, and what could be paid."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, func, literal, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import BY_MUTE, DAY, HOUR, KEPT_BACK, MicroEuros, Micros, Progress, Raid
from bridge.responses import Responses
from bridge.saved import ByHour, spared, stretch
from bridge.store.books import ledger
from bridge.store.books.outbox import PAID, paid
from bridge.store.engine.tables import members, outbox, senders

_WITHDRAWN = (KEPT_BACK, BY_MUTE)


async def saved(connection: AsyncConnection, raid: Raid, responses: Responses, now: Micros) -> MicroEuros:
    """What the same rules would have paid for the raid beyond what was paid, without detector and team."""
    return (await saved_by(connection, [raid], responses, now))[raid.id]


async def saved_by(
    connection: AsyncConnection, several: Sequence[Raid], responses: Responses, now: Micros
) -> dict[str, MicroEuros]:
    """The same of each of several raids, by id: asked for all of them at once."""
    found = await _kept_back(connection, several, responses, now)
    spare = await _sparing(connection, found.values(), responses, now)
    return {one.id: spare(found.get(one.id, {})) for one in several}


async def saved_together(
    connection: AsyncConnection, several: Sequence[Raid], responses: Responses, now: Micros
) -> MicroEuros:
    """What several raids have spared the pot: less than their sum, where it could not have paid for all."""
    found = await _kept_back(connection, several, responses, now)
    together: Counter[Micros] = Counter()
    for one in found.values():
        together.update(one)
    return (await _sparing(connection, [together], responses, now))(together)


async def _sparing(
    connection: AsyncConnection, several: Iterable[ByHour], responses: Responses, now: Micros
) -> Callable[[ByHour], MicroEuros]:
    """What could have been paid of what was kept back; what was paid is asked once for all."""
    first = min((min(one) for one in several if one), default=None)
    if first is None:
        return lambda _nothing: 0
    paid, purse = await _paid(connection, first - DAY), await ledger.load(connection, now)
    return lambda kept_back: sum(spared(kept_back, paid, purse, responses, now).values())


async def _kept_back(
    connection: AsyncConnection, several: Sequence[Raid], responses: Responses, now: Micros
) -> dict[str, dict[Micros, MicroEuros]]:
    """By raid; a false alarm has spared nothing."""
    asked = [_asked(one, responses, now) for one in several if one.ended_at is None]
    found: dict[str, dict[Micros, MicroEuros]] = defaultdict(dict)
    for raid, hour, amount in await connection.execute(union_all(*asked)) if asked else ():
        if amount:
            found[raid][hour] = int(amount)
    return found


def _asked(raid: Raid, responses: Responses, now: Micros) -> Select[Any]:
    hour = (outbox.c.due_at - outbox.c.due_at % HOUR).label("hour")
    query = select(literal(raid.id, String).label("raid"), hour, func.sum(outbox.c.price).label("amount"))
    theirs = query.join(senders, senders.c.id == outbox.c.sender)
    counts = *_because_of(raid, responses, now), ~_had_left(), ~_instead(responses.reply_once_per)
    return theirs.where(*counts).group_by(hour)


async def _paid(connection: AsyncConnection, since: Micros) -> ByHour:
    """What was handed over in each hour, to whomever."""
    hour = (outbox.c.attempted_at - outbox.c.attempted_at % HOUR).label("hour")
    handed_over = PAID, outbox.c.attempted_at >= since
    query = select(hour, func.sum(ledger.BOOKED)).where(*handed_over).group_by(hour)
    return {row[0]: int(row[1]) for row in await connection.execute(query) if row[1]}


def _because_of(raid: Raid, responses: Responses, now: Micros) -> tuple[ColumnElement[bool], ...]:
    """A mute counts where it is one of the raid's people who was muted. What was held as the raid came had
    been due within what a reply may wait."""
    begin, end = stretch(raid)
    longest = max(DAY, responses.answer_within)
    who = select(members.c.sender).where(members.c.raid == raid.id)
    theirs = or_(outbox.c.sender.in_(who), senders.c.raid == raid.id)
    return (
        outbox.c.progress == Progress.CANCELLED,
        outbox.c.due_at.between(begin - longest, now),
        outbox.c.due_at < outbox.c.expires_at,
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
    return select(other.c.id).where(*same, or_(paid(other), withdrawn)).exists()
