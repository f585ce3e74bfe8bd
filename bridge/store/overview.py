"""Counts and sums for `status` and for metrics; looks, changes nothing."""

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import MicroEuros, Progress
from bridge.store.tables import decisions, events, outbox

_SPENT = (Progress.ACCEPTED, Progress.SENT, Progress.DELIVERED)
_RESERVED = (Progress.HELD, Progress.SENDING, Progress.IN_DOUBT)


@dataclass(frozen=True, slots=True)
class Overview:
    """Where things stand; money in micro-euros."""

    replies: dict[Progress, int] = field(default_factory=dict)
    spent: MicroEuros = 0
    reserved: MicroEuros = 0
    inbound: MicroEuros = 0
    unfolded: int = 0


async def overview(connection: AsyncConnection) -> Overview:
    """Counts replies by progress, and sums what was spent, what may be, and what receiving cost."""
    by_progress = select(outbox.c.progress, func.count(), func.sum(outbox.c.price)).group_by(
        outbox.c.progress
    )
    rows = (await connection.execute(by_progress)).all()
    prices = {Progress(progress): int(price) for progress, _, price in rows}
    inbound = await connection.scalar(select(func.sum(decisions.c.cost)))
    unfolded = select(func.count()).select_from(events).where(events.c.place.is_(None))
    return Overview(
        replies={Progress(progress): count for progress, count, _ in rows},
        spent=sum(prices.get(progress, 0) for progress in _SPENT),
        reserved=sum(prices.get(progress, 0) for progress in _RESERVED),
        inbound=int(inbound or 0),
        unfolded=await connection.scalar(unfolded) or 0,
    )
