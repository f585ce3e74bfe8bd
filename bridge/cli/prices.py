"""What a segment costs and by whose word, as the commands show it to a person."""

from collections.abc import Mapping, Sequence
from typing import Any

from bridge.clock import system_clock
from bridge.prices import CURRENCY, in_force
from bridge.responses import read
from bridge.service.control import ask, socket_path
from bridge.settings import Settings, read_environment, read_settings
from bridge.status import describe_prices
from bridge.store import tariff
from bridge.store.dialect import database_file, parse_url
from bridge.store.store import Store


async def price_rows(*, only_troubles: bool = False) -> list[tuple[str, str]]:
    """A row a price: what it is for, and what it is. Raises `RempartError`.

    `only_troubles`: those of which the provider's word cannot count, because it charges no euros.
    """
    prices = await _prices()
    shown = [price for price in prices if not only_troubles or price["currency"] != CURRENCY]
    return [(f"{price['channel']} to {price['country']}", _told(price)) for price in shown]


def _told(price: Mapping[str, Any]) -> str:
    """A price, and by whose word."""
    amount = f"{price['euros']:.4f} EUR a segment"
    if price["source"] == "provider":
        return f"{amount}, as the provider said on {price['told_at']}"
    if price["currency"] != CURRENCY:
        return f"{amount}, by the rules file: the provider charges {price['currency']}, and no rate is known"
    return f"{amount}, by the rules file"


async def _prices() -> Sequence[Mapping[str, Any]]:
    settings = read_settings(read_environment())
    database = database_file(parse_url(settings.database_url))
    told = await ask(socket_path(database), "prices") if database else None
    return told["prices"] if told else await _prices_alone(settings)


async def _prices_alone(settings: Settings) -> Sequence[Mapping[str, Any]]:
    store = Store(settings.database_url)
    database = database_file(store.url)
    try:
        told = {} if database and not database.exists() else await store.read(tariff.load)
    finally:
        await store.close()
    return describe_prices(in_force(read(settings.responses), told, system_clock()))
