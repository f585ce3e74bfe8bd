"""What waits for money, and who waits because they are doubted: counted, for cards and `status`."""

from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DROPPED, MINUTE, Micros, Progress
from bridge.store.books.outbox import DOUBTED
from bridge.store.engine.tables import acts, outbox, pauses, picks
from bridge.views import Chosen, Doubted, Waiting

_AT_ONCE: Micros = 2 * MINUTE
"""What has been due for less may simply be on its way."""

_NEWEST = 3
"""Acts that the list offers to undo."""


async def waiting(connection: AsyncConnection, now: Micros) -> Waiting | None:
    """The priced replies that were due a while ago and are still held, though the team has not paused their
    channel; `None` where there are none."""
    paused = select(pauses.c.channel).where(pauses.c.ended_by.is_(None), pauses.c.until > now)
    due = (
        outbox.c.progress == Progress.HELD,
        outbox.c.due_at <= now - _AT_ONCE,
        outbox.c.price > 0,
        outbox.c.channel.not_in(paused),
    )
    counts = func.count(), func.sum(outbox.c.price), func.min(outbox.c.due_at)
    theirs = func.count(case((DOUBTED, 1))), func.sum(case((DOUBTED, outbox.c.price), else_=0))
    others = func.min(case((~DOUBTED, outbox.c.due_at)))
    query = select(*counts, *theirs, others).where(*due)
    replies, cost, since, doubtful, doubtful_cost, people_since = (await connection.execute(query)).one()
    if not replies:
        return None
    return Waiting(replies, int(cost), since, doubtful, int(doubtful_cost), people_since or 0)


async def doubted(connection: AsyncConnection) -> Doubted:
    """The doubtful people whose replies are held, due or not: those whom the team can answer or drop."""
    held = outbox.c.progress == Progress.HELD, DOUBTED
    counts = func.count(outbox.c.sender.distinct()), func.sum(outbox.c.price)
    people, cost = (await connection.execute(select(*counts).where(*held))).one()
    return Doubted(people, int(cost or 0))


async def chosen(connection: AsyncConnection) -> list[Chosen]:
    """The acts that answered or dropped a group of which something can still be undone, newest first."""
    open_still = or_(outbox.c.progress == Progress.HELD, outbox.c.error == DROPPED)
    query = (
        select(acts.c.event, acts.c.told)
        .where(acts.c.event.in_(_picking(open_still)))
        .order_by(acts.c.at.desc(), acts.c.event)
        .limit(_NEWEST)
    )
    return [Chosen(*row) for row in await connection.execute(query)]


def _picking(which: ColumnElement[bool]) -> Select[Any]:
    query = select(picks.c.act).join(outbox, outbox.c.id == picks.c.reply)
    return query.where(picks.c.ended_by.is_(None), which)
