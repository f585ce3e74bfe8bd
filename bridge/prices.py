"""Prices: what a segment costs, by the provider's fresh word where it can be true, else by the rules. Pure.

A country that the rules file does not list gets no reply, whatever its provider says: the file decides whom
we answer, the provider only what that costs. Nothing is ever converted between currencies: no rate is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from bridge.model import CURRENCY, DAY, MicroEuros, Micros
from bridge.noun import Noun, replace
from bridge.ports import Quote

if TYPE_CHECKING:  # a table of prices needs no rules
    from bridge.responses import Responses

FRESH: Micros = 7 * DAY
"""A provider's word older than this no longer counts."""

CHEAPEST: MicroEuros = 1_000
DEAREST: MicroEuros = 2_000_000
"""What a segment can cost: providers' public lists go from half a cent to less than one euro."""

Source = Literal["provider", "file"]


class Told(Noun):
    """A quote with the instant at which the provider gave it."""

    quote: Quote
    at: Micros


Tariff = Mapping[tuple[str, str], Told]
"""What providers told, by channel and country."""


class Price(Noun):
    """A price in force, micro-euros a segment, and who says so."""

    channel: str
    country: str
    amount: MicroEuros
    source: Source
    currency: str = CURRENCY
    """What the provider charges in, where it has told; in another one than euros its word cannot count."""
    told_at: Micros | None = None
    """When the provider last told anything of it."""


_TIMES = 10
"""So many times what the rules file says, or as small a part of it, no price moves to in a day."""


def believed(quote: Quote, responses: Responses, channel: str) -> Quote:
    """The quote, without amounts that cannot be true: in their place the rules file counts."""
    outbound = _near(quote.outbound, responses.price_out(channel, quote.country))
    return possible(
        replace(quote, outbound=outbound, inbound=_near(quote.inbound, responses.price_in(channel)))
    )


def possible(quote: Quote) -> Quote:
    """The quote, without amounts that no segment can have; receiving one may cost nothing."""
    out, into = quote.outbound, quote.inbound
    return replace(
        quote,
        outbound=out if out is not None and CHEAPEST <= out <= DEAREST else None,
        inbound=into if into is not None and 0 <= into <= DEAREST else None,
    )


def possible_charge(amount: MicroEuros, segments: int) -> bool:
    """Whether a reply of so many segments can have cost this: it may have cost nothing."""
    return 0 <= amount <= DEAREST * segments


def _near(amount: MicroEuros | None, listed: MicroEuros | None) -> MicroEuros | None:
    if not amount or not listed:
        return amount
    return amount if listed <= amount * _TIMES <= listed * _TIMES**2 else None


def price_out(
    responses: Responses, tariff: Tariff, channel: str, country: str | None, now: Micros
) -> MicroEuros | None:
    """What sending one segment costs; `None` where there is no price, and so no reply."""
    listed = responses.price_out(channel, country)
    if listed is None or country is None:
        return listed
    told = _fresh(tariff, channel, country, now)
    return listed if told is None or told.outbound is None else told.outbound


def price_in(responses: Responses, tariff: Tariff, channel: str, now: Micros) -> MicroEuros:
    """What receiving one segment costs."""
    listed = responses.prices.get(channel)
    found = [_fresh(tariff, channel, country, now) for country in (listed.outbound if listed else ())]
    inbound = [quote.inbound for quote in found if quote is not None and quote.inbound is not None]
    return max(inbound, default=responses.price_in(channel))


def in_force(responses: Responses, tariff: Tariff, now: Micros) -> tuple[Price, ...]:
    """Every price that counts for a reply at `now`, in the order of the rules file."""
    return tuple(
        _price(channel, country, responses, tariff, now)
        for channel, prices in responses.prices.items()
        for country in prices.outbound
    )


def _price(channel: str, country: str, responses: Responses, tariff: Tariff, now: Micros) -> Price:
    amount = price_out(responses, tariff, channel, country, now) or 0
    told, fresh = tariff.get((channel, country)), _fresh(tariff, channel, country, now)
    source: Source = "provider" if fresh and fresh.outbound is not None else "file"
    if told is None:
        return Price(channel, country, amount, source)
    return Price(channel, country, amount, source, told.quote.currency, told.at)


def _fresh(tariff: Tariff, channel: str, country: str, now: Micros) -> Quote | None:
    told = tariff.get((channel, country))
    if told is None or now - told.at >= FRESH or told.quote.currency != CURRENCY:
        return None
    return possible(told.quote)
