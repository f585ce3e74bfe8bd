"""What a segment costs and by whose word, as the commands show it to a person."""

from collections.abc import Iterable, Mapping
from typing import Any

from bridge.prices import CURRENCY


def price_rows(prices: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """A row a price: what it is for, and what it is."""
    return [(f"{price['channel']} to {price['country']}", _told(price)) for price in prices]


def _told(price: Mapping[str, Any]) -> str:
    """A price, and by whose word."""
    amount = f"{price['euros']:.4f} EUR a segment"
    if price["source"] == "provider":
        return f"{amount}, as the provider said on {price['told_at']}"
    if price["currency"] != CURRENCY:
        return f"{amount}, by the rules file: the provider charges {price['currency']}, and no rate is known"
    return f"{amount}, by the rules file"
