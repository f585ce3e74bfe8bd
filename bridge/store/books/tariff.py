"""What providers charge, by their own word: kept, so that a restart knows it. In the caller's transaction."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Micros
from bridge.ports import Quote
from bridge.prices import Tariff, Told
from bridge.store.engine.dialect import among
from bridge.store.engine.spelled import Spelled
from bridge.store.engine.tables import prices


async def load(connection: AsyncConnection) -> Tariff:
    """Everything told so far; what is too old to count is for the reader to say."""
    rows = await _told.rows(connection)
    return {
        (row.channel, row.country): Told(
            Quote(row.country, row.currency, row.outbound, row.inbound), row.told_at
        )
        for row in rows
    }


async def save(connection: AsyncConnection, channel: str, quotes: Sequence[Quote], now: Micros) -> None:
    """Replaces what a channel's provider told of these countries; of others, the older word stays."""
    if not quotes:
        return
    countries = [quote.country for quote in quotes]
    await connection.execute(
        delete(prices).where(prices.c.channel == channel, among(connection, prices.c.country, countries))
    )
    await connection.execute(prices.insert(), [_row(channel, quote, now) for quote in quotes])


@Spelled
def _told(_connection: AsyncConnection) -> Select[Any]:
    return select(prices)


def _row(channel: str, quote: Quote, now: Micros) -> dict[str, object]:
    return {
        "channel": channel,
        "country": quote.country,
        "currency": quote.currency,
        "outbound": quote.outbound,
        "inbound": quote.inbound,
        "told_at": now,
    }
