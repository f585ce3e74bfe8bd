"""What was put aside: messages that an error of ours kept from being decided; counted, for cards."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Micros
from bridge.reasons import Why
from bridge.store.engine.tables import decisions


async def aside(connection: AsyncConnection, begin: Micros) -> int:
    """Messages since `begin` that an error of ours kept from being decided."""
    failed = decisions.c.decided_at >= begin, decisions.c.why == Why.OUR_ERROR
    return await connection.scalar(select(func.count()).where(*failed)) or 0
