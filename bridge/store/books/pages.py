"""What people are woken for, as it is kept. In the caller's transaction."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Row, and_, bindparam, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DAY, EventId, Micros, Page
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import pages
from bridge.waking import FORGOTTEN

_THIS = and_(pages.c.key == bindparam("about"), pages.c.since == bindparam("begun"))
_CALLED: Any = bindparam("now_called", type_=BigInteger)
"""Who handed a page back meanwhile has set since when people are called: that stands."""


async def standing(connection: AsyncConnection, now: Micros) -> list[Page]:
    """What is the matter, or was within the last day, oldest first."""
    query = select(pages).where(pages.c.seen_at > now - DAY).order_by(pages.c.since, pages.c.key)
    return [_page(row) for row in await connection.execute(query)]


async def of_card(connection: AsyncConnection, card: str) -> list[Page]:
    """What people are called for, of a card: the newest episode, with what was seen beside it."""
    called = pages.c.card == card, pages.c.called_at.is_not(None)
    newest = select(pages.c.seen_at).where(*called).order_by(pages.c.seen_at.desc()).limit(1)
    seen_at = await connection.scalar(newest) or 0
    query = select(pages).where(*called, pages.c.seen_at > seen_at - FORGOTTEN)
    return [_page(row) for row in await connection.execute(query.order_by(pages.c.since, pages.c.key))]


async def keep(connection: AsyncConnection, changed: Iterable[Page], dropped: Iterable[Page] = ()) -> None:
    """Writes down what was seen; who is on it stays as it is."""
    rows = list(changed)
    if rows:
        fresh = [{name: getattr(one, name) for name in Page.__struct_fields__} for one in rows]
        await connection.execute(insert_new(connection, pages, "key", "since"), fresh)
        seen = {"seen_at": bindparam("now_seen"), "called_at": func.coalesce(pages.c.called_at, _CALLED)}
        told = [{**_this(one), "now_seen": one.seen_at, "now_called": one.called_at} for one in rows]
        await connection.execute(update(pages).where(_THIS).values(seen), told)
    gone = [_this(one) for one in dropped]
    if gone:
        await connection.execute(delete(pages).where(_THIS), gone)


async def forget(connection: AsyncConnection, before: Micros) -> None:
    """Lets go of what was over before then."""
    await connection.execute(delete(pages).where(pages.c.seen_at < before))


def _this(one: Page) -> dict[str, Any]:
    return {"about": one.key, "begun": one.since}


def _page(row: Row[Any]) -> Page:
    act = EventId(row.act) if row.act else None
    named = {name: getattr(row, name) for name in Page.__struct_fields__}
    return Page(**named | {"act": act})
