"""Whether the evidence chain of a whole database holds; looks, changes nothing."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnusable
from bridge.evidence.canonical import Entry
from bridge.evidence.chain import GENESIS, Link, extend
from bridge.store.books.journal import ENTRY
from bridge.store.engine.tables import events

_PAGE = 1_000
_FIELDS = len(Entry.__struct_fields__)


async def walk(connection: AsyncConnection, seen: Callable[[int], None]) -> Link:
    """The newest link, once every one before it was made again. Raises `StoreUnusable` where one differs."""
    link = GENESIS
    while page := await _page(connection, link.place):
        for row in page:
            link = _next(link, row)
        seen(link.place)
    return link


def _next(link: Link, row: Row[Any]) -> Link:
    made = extend(link, Entry(*row[:_FIELDS]))
    if made != Link(row.place, row.digest):
        raise StoreUnusable(f"The evidence chain breaks at place {made.place}.")
    return made


async def _page(connection: AsyncConnection, place: int) -> Sequence[Row[Any]]:
    query = select(*ENTRY, events.c.place, events.c.digest).where(events.c.place > place)
    return list(await connection.execute(query.order_by(events.c.place).limit(_PAGE)))
