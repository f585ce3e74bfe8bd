"""Counts and sums in stretches of equal length, for pictures."""

from collections import Counter
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Micros


async def in_bars(
    connection: AsyncConnection,
    at: Any,
    length: Micros,
    *which: ColumnElement[bool],
    what: ColumnElement[Any] | None = None,
) -> Counter[Micros]:
    """How many rows, or what sum over them, by the instant at which a bar begins; `at`: a row's instant."""
    bar = (at - at % length).label("bar")
    told = func.count() if what is None else func.sum(what)
    query: Select[Any] = select(bar, told).where(*which).group_by(bar)
    return Counter({row[0]: int(row[1] or 0) for row in await connection.execute(query)})
