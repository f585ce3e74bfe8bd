"""The books of a store changed by hand: effects applied as the fold applies them."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.books import Books
from bridge.heart.effects import Advance, Cancel, Effect, Hold
from bridge.model import Event, EventId, Micros, Receipt, SenderId
from bridge.store.books import Shelf, ledger, save
from tests.support.events import MAN, rules


async def apply(connection: AsyncConnection, effects: Sequence[Effect], now: Micros) -> None:
    """Loads whom the effects are about, applies them, and saves."""
    books = Books(rules(), b"seed", whole=False)
    books.ledger = await ledger.take(connection)
    told = [_told(one, now) for one in effects if isinstance(one, Advance)]
    await Shelf(connection).fetch(books, [*_about(effects)], told)
    books.apply(effects, now)
    await save(connection, books)


async def spend(connection: AsyncConnection, amount: int) -> None:
    """Books what no reply stands behind."""
    purse = await ledger.take(connection)
    purse.spent += amount
    await ledger.put_back(connection, purse)


def _about(effects: Sequence[Effect]) -> set[SenderId]:
    held = {one.reply.sender for one in effects if isinstance(one, Hold)}
    return held | {one.sender for one in effects if isinstance(one, Cancel)}


def _told(one: Advance, now: Micros) -> Event:
    what = Receipt("sms", one.message_id, one.message_id, one.reply, MAN, one.progress, now)
    return Event(EventId("0" * 32), SenderId("0" * 32), now, what)
