"""Whom the limits of an hour and of a day, or our own errors, left without a reply: for the day's card."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import HOUR, Micros
from bridge.reasons import Why
from bridge.store.engine.tables import decisions
from bridge.views import Shortage


async def shortages(connection: AsyncConnection, begin: Micros) -> tuple[Shortage, ...]:
    """Those of the newest hour that had any, and of the whole day that began at `begin`."""
    newest = await connection.scalar(
        select(func.max(decisions.c.decided_at)).where(*_refused(Why.HOUR_SPENT, begin))
    )
    hour = begin if newest is None else newest - (newest - begin) % HOUR
    counted = (
        Shortage("hour", hour, await _count(connection, Why.HOUR_SPENT, hour)),
        Shortage("day", begin, await _count(connection, Why.DAY_SPENT, begin)),
    )
    return tuple(one for one in counted if one.messages)


async def aside(connection: AsyncConnection, begin: Micros) -> int:
    """Messages since `begin` that an error of ours kept from being decided."""
    return await _count(connection, Why.OUR_ERROR, begin)


async def _count(connection: AsyncConnection, why: Why, since: Micros) -> int:
    return await connection.scalar(select(func.count()).where(*_refused(why, since))) or 0


def _refused(why: Why, since: Micros) -> tuple[ColumnElement[bool], ...]:
    return decisions.c.decided_at >= since, decisions.c.why == why
