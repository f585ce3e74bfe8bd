"""Twilio's Pricing API as the stand-in answers it, and what a message costs by the same tariff. Pure.

https://www.twilio.com/docs/messaging/api/messaging-countries-resource.
"""

from decimal import Decimal

import phonenumbers

from channels.standins.twilio.account import Account, Rate

_OUTBOUND_TYPES = ("mobile", "local", "shortcode", "toll free")
_INBOUND_TYPES = ("mobile", "local")
_ELSEWHERE = Rate((Decimal("0.0763"),), Decimal("0.0075"))
"""For a country that nobody gave a rate: it has no page of its own, and messages to it cost this."""


def country_page(account: Account, country: str, base_url: str) -> dict[str, object] | None:
    """The prices of a country; `None` for one that is not sold."""
    rate = account.tariff.get(country)
    if rate is None:
        return None
    return {
        "country": country,
        "iso_country": country,
        "url": f"{base_url}/v1/Messaging/Countries/{country}",
        "price_unit": account.currency,
        "outbound_sms_prices": [_carrier(at, price) for at, price in enumerate(rate.outbound, start=1)],
        "inbound_sms_prices": [_price(kind, rate.inbound) for kind in _INBOUND_TYPES],
    }


def dearest(account: Account, number: str) -> Decimal:
    """What sending a segment to a number costs."""
    return max(_rate(account, number).outbound)


def received(account: Account) -> Decimal:
    """What receiving a segment costs."""
    return _rate(account, account.number).inbound


def _rate(account: Account, number: str) -> Rate:
    try:
        country = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        country = None
    return account.tariff.get(country or "", _ELSEWHERE)


def _carrier(at: int, price: Decimal) -> dict[str, object]:
    return {
        "carrier": f"Carrier {at}",
        "mcc": "208",
        "mnc": f"{at:02}",
        "prices": [_price(kind, price) for kind in _OUTBOUND_TYPES],
    }


def _price(kind: str, price: Decimal) -> dict[str, str]:
    return {"number_type": kind, "base_price": str(price), "current_price": str(price)}
