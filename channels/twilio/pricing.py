"""Reads what Twilio charges: its Pricing API, one bounded call a country. Touches floor 0 and the SDK.

https://www.twilio.com/docs/messaging/api/messaging-countries-resource: `price_unit`, and lists of prices by
carrier and by type of our number. Carriers are not known in advance, so the dearest one counts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import phonenumbers
from phonenumbers import PhoneNumberType
from twilio.rest import Client

from bridge.model import MicroEuros
from bridge.ports import Quote, Unreachable
from channels.twilio.amounts import micro_euros
from channels.twilio.bounded import bounded
from channels.twilio.transport import Transport

_EUROS = "EUR"
_NOT_FOUND = 404
_CURRENCY = re.compile(r"[A-Z]{3}")

_TYPES = {
    PhoneNumberType.MOBILE: "mobile",
    PhoneNumberType.FIXED_LINE: "local",
    PhoneNumberType.TOLL_FREE: "toll free",
}
"""Twilio's words for the types of numbers that it sells."""

_Priced = tuple[str, MicroEuros]
"""A type of number, and the price of a segment."""


class PriceList:
    """What Twilio charges for one number's messages."""

    def __init__(
        self, client: Callable[[Transport], Client], transport: Callable[[], Transport], number: str
    ) -> None:
        """`transport` makes a carrier for one call; `client` makes the SDK's client on it."""
        self._client, self._transport = client, transport
        self._country, self._type = _belongs(number)

    async def quotes(self, countries: Sequence[str]) -> list[Quote]:
        """One quote a country, without those that Twilio tells nothing usable of.

        Raises `Unreachable` when it could be asked about none of them.
        """
        found: list[Quote | None] = []
        fault: Unreachable | None = None
        for country in countries:
            try:
                found.append(await self._quote(country))
            except Unreachable as unreachable:
                fault = unreachable
        if fault is not None and not found:
            raise fault
        return [quote for quote in found if quote is not None]

    async def _quote(self, country: str) -> Quote | None:
        transport = self._transport()
        asked = self._client(transport).pricing.v1.messaging.countries(country)
        try:
            told = await bounded(asked.fetch_async(), transport)
        except Unreachable:
            if transport.status == _NOT_FOUND:
                return None  # a country that Twilio does not sell, or a server that has no Pricing API
            raise
        return self._read(country, told)

    def _read(self, country: str, told: Any) -> Quote | None:
        currency = str(told.price_unit or "").upper()
        if not _CURRENCY.fullmatch(currency):
            return None
        if currency != _EUROS:
            return Quote(country, currency)
        outbound = _dearest(list(_outbound(told.outbound_sms_prices)), self._type)
        if not outbound:
            return None  # nobody sends for nothing: a price of zero would only open the pot
        here = country == self._country
        inbound = _dearest(list(_prices(told.inbound_sms_prices)), self._type) if here else None
        return Quote(country, currency, outbound, inbound)


def _dearest(priced: Sequence[_Priced], our_type: str | None) -> MicroEuros | None:
    """The dearest price for our type of number; over all types, where none is told for ours."""
    ours = [price for kind, price in priced if kind == our_type] or [price for _, price in priced]
    return max(ours, default=None)


def _outbound(carriers: object) -> Iterator[_Priced]:
    for carrier in carriers if isinstance(carriers, list) else ():
        if isinstance(carrier, dict):
            yield from _prices(carrier.get("prices"))


def _prices(rows: object) -> Iterator[_Priced]:
    for row in rows if isinstance(rows, list) else ():
        price = micro_euros(row.get("current_price")) if isinstance(row, dict) else None
        if price is not None:
            yield str(row.get("number_type")), price


def _belongs(number: str) -> tuple[str | None, str | None]:
    """The country of our number, and Twilio's word for its type; of short codes and names, nothing."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None, None
    return phonenumbers.region_code_for_number(parsed), _TYPES.get(phonenumbers.number_type(parsed))
