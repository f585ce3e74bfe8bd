"""What is held at this moment, the next to leave first: for the page; looks, changes nothing."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import MicroEuros, Micros, Progress
from bridge.noun import Noun
from bridge.store.books.outbox import DOUBTED
from bridge.store.engine.tables import outbox, senders

NEXT = 5
"""Replies that the page names."""


class Held(Noun):
    """A reply that waits."""

    handle: str
    channel: str
    due_at: Micros
    price: MicroEuros
    doubtful: bool
    """Its sender rather looks like one of a raid: others are paid first."""


class Queue(Noun):
    """All that wait: how many, what they would cost, and the next of them."""

    replies: int
    price: MicroEuros
    next: tuple[Held, ...]


async def queue(connection: AsyncConnection) -> Queue:
    """As it stands."""
    held = outbox.c.progress == Progress.HELD
    count, price = (
        await connection.execute(select(func.count(), func.sum(outbox.c.price)).where(held))
    ).one()
    columns = senders.c.handle, outbox.c.channel, outbox.c.due_at, outbox.c.price, DOUBTED
    query = select(*columns).join(senders, senders.c.id == outbox.c.sender).where(held)
    rows = await connection.execute(query.order_by(outbox.c.due_at, outbox.c.id).limit(NEXT))
    return Queue(
        count,
        int(price or 0),
        tuple(Held(row[0], row[1], row[2], row[3], doubtful=bool(row[4])) for row in rows),
    )
