"""Whether real people are answered, and what an hour costs: counted, for cards and reports."""

from sqlalchemy import ColumnElement, Select, case, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import LEFT, NO_TEXTS_ANSWERED, MicroEuros, Micros, Progress, Verdict
from bridge.pot import Pace
from bridge.reasons import Why
from bridge.store.books import ledger
from bridge.store.books.outbox import DOUBTED, PAID
from bridge.store.engine.tables import decisions, outbox, senders
from bridge.views import Served

_NOT_WITHDRAWN = tuple(one for one in Progress if one is not Progress.CANCELLED)


async def served(connection: AsyncConnection, begin: Micros, end: Micros) -> Served:
    """People who look ordinary and whose turn came after `begin` and by `end`: how many, how many answered.

    Somebody's turn comes when their reply is due; and where the pot was spent, with their message. Whose
    reply was withdrawn does not count: because of a raid, by the team, or because they wrote STOP.
    """
    turns = union_all(_due(begin, end), _unaffordable(begin, end)).subquery()
    each = select(func.max(turns.c.answered).label("answered")).group_by(turns.c.sender).subquery()
    people, answered = (await connection.execute(select(func.count(), func.sum(each.c.answered)))).one()
    return Served(people, int(answered or 0))


async def pace(connection: AsyncConnection, begin: Micros, end: Micros) -> Pace:
    """What replies that were handed over, and what was received, cost after `begin` and by `end`."""
    return Pace(await _replies(connection, begin, end), await _receiving(connection, begin, end))


async def arrived(connection: AsyncConnection, begin: Micros, end: Micros) -> int:
    """Messages after `begin` and by `end`, whoever wrote them."""
    return await connection.scalar(select(func.count()).where(_decided(begin, end))) or 0


def _due(begin: Micros, end: Micros) -> Select[tuple[str, int]]:
    answered = case((outbox.c.progress.in_(LEFT), 1), else_=0).label("answered")
    theirs = (
        outbox.c.progress.in_(_NOT_WITHDRAWN),
        outbox.c.due_at > begin,
        outbox.c.due_at <= end,
        outbox.c.wording.not_in(NO_TEXTS_ANSWERED),
        ~DOUBTED,
        senders.c.verdict == Verdict.ORDINARY,
    )
    query = select(outbox.c.sender, answered).join(senders, senders.c.id == outbox.c.sender)
    return query.where(*theirs)


def _unaffordable(begin: Micros, end: Micros) -> Select[tuple[str, int]]:
    """Who would have been answered, had there been any money."""
    nobody = literal(0).label("answered")
    theirs = decisions.c.why == Why.POT_SPENT, senders.c.verdict == Verdict.ORDINARY
    query = select(decisions.c.sender, nobody).join(senders, senders.c.id == decisions.c.sender)
    return query.where(_decided(begin, end), *theirs)


def _decided(begin: Micros, end: Micros) -> ColumnElement[bool]:
    return decisions.c.decided_at.between(begin + 1, end)


async def _replies(connection: AsyncConnection, begin: Micros, end: Micros) -> MicroEuros:
    handed_over = PAID, outbox.c.attempted_at.between(begin + 1, end)
    return int(await connection.scalar(select(func.sum(ledger.BOOKED)).where(*handed_over)) or 0)


async def _receiving(connection: AsyncConnection, begin: Micros, end: Micros) -> MicroEuros:
    return int(await connection.scalar(select(func.sum(decisions.c.cost)).where(_decided(begin, end))) or 0)
