"""What a provider charges, held against what the rules say: the one counts, the other was expected."""

from collections.abc import Iterator, Mapping, Sequence

from bridge.checkup import Examined, fine, note, unknown
from bridge.model import CURRENCY
from bridge.ports import Pricing, Quote, Unreachable
from bridge.prices import believed
from bridge.responses import Responses


async def prices(channel: Pricing, responses: Responses) -> Sequence[Examined]:
    """A line for each country that the rules list. Raises nothing that a provider can cause."""
    listed = responses.prices.get(channel.name)
    if listed is None or not listed.outbound:
        return []
    try:
        told = {quote.country: quote for quote in await channel.quotes(tuple(listed.outbound))}
    except Unreachable as fault:
        return [unknown(channel.name, "price_unasked", why=str(fault))]
    return list(_compared(channel.name, told, responses, listed.outbound))


def _compared(
    channel: str, told: Mapping[str, Quote], responses: Responses, listed: Mapping[str, int]
) -> Iterator[Examined]:
    for country, expected in listed.items():
        quote = told.get(country)
        if quote is None:
            yield note(channel, "price_untold", country=country, price=expected)
        elif quote.currency != CURRENCY:
            yield note(channel, "price_foreign", country=country, price=expected, currency=quote.currency)
        elif quote.outbound is None or believed(quote, responses, channel).outbound is None:
            yield note(channel, "price_odd", country=country, price=expected)
        elif quote.outbound != expected:
            yield note(channel, "price_differs", country=country, price=quote.outbound, listed=expected)
        else:
            yield fine(channel, "price_agrees", country=country, price=expected)
