"""The newest texts of a dry run: looks, changes nothing, opens no sealed byte."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.store.books.journal import ENTRY
from bridge.store.engine.tables import events, outbox, senders


async def rehearsed_entries(connection: AsyncConnection, limit: int) -> Sequence[Row[Any]]:
    """What opens them, the handle, and how far the reply has come that never leaves."""
    query: Select[Any] = (
        select(*ENTRY, senders.c.handle, outbox.c.progress, outbox.c.error, outbox.c.due_at)
        .join(outbox, outbox.c.event == events.c.id)
        .join(senders, senders.c.id == events.c.sender)
        .where(outbox.c.dry)
        .order_by(events.c.seq.desc())
        .limit(limit)
    )
    return list(await connection.execute(query))
