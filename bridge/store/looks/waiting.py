"""What waits for money: counted, for cards and `status`."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import MINUTE, Micros, Progress
from bridge.store.engine.tables import outbox
from bridge.views import Waiting

_AT_ONCE: Micros = 2 * MINUTE
"""What has been due for less may simply be on its way."""


async def waiting(connection: AsyncConnection, now: Micros) -> Waiting | None:
    """The priced replies that were due a while ago and are still held; `None` where there are none."""
    due = outbox.c.progress == Progress.HELD, outbox.c.due_at <= now - _AT_ONCE, outbox.c.price > 0
    query = select(func.count(), func.sum(outbox.c.price), func.min(outbox.c.due_at)).where(*due)
    replies, cost, since = (await connection.execute(query)).one()
    return Waiting(replies, int(cost), since) if replies else None
