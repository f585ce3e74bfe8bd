"""What Twilio charges, read over real HTTP: the dearest case, in euros or not at all."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from bridge.ports import Pricing, Quote, Unreachable
from channels.sms import Sms
from channels.standins.faults import Fault
from channels.standins.twilio import TwilioStandIn
from channels.standins.twilio.account import Rate
from channels.standins.twilio.faults import Operation
from channels.twilio.settings import read_settings
from rempart.testing import PUBLIC_URL, Journal
from tests.channels.services import Canned
from tests.channels.twilio_calls import ENVIRONMENT, sms

FRANCE = Quote("FR", "EUR", 76_300, 7_500)


@pytest.fixture
async def standin() -> AsyncIterator[TwilioStandIn]:
    standin = TwilioStandIn(callback_delay=0)
    yield standin
    await standin.close()


@asynccontextmanager
async def opened(**environment: str) -> AsyncIterator[Sms]:
    channel = sms(Journal(), **environment)
    await channel.open()
    try:
        yield channel
    finally:
        await channel.close()


async def quotes(standin: TwilioStandIn, *countries: str) -> list[Quote]:
    async with opened(**await standin.start(PUBLIC_URL)) as channel:
        return list(await channel.quotes(countries))


def test_the_channel_shows_that_it_can_be_asked() -> None:
    assert isinstance(sms(Journal()), Pricing)


async def test_the_dearest_carrier_counts(standin: TwilioStandIn) -> None:
    assert await quotes(standin, "FR") == [FRANCE]


async def test_receiving_is_priced_where_the_line_itself_belongs(standin: TwilioStandIn) -> None:
    standin.account.tariff = {
        **standin.account.tariff,
        "BE": Rate((Decimal("0.0950"), Decimal("0.1012")), Decimal("0.0101")),
    }
    assert await quotes(standin, "FR", "BE") == [FRANCE, Quote("BE", "EUR", 101_200, None)]


async def test_a_country_that_is_not_sold_is_left_out(standin: TwilioStandIn) -> None:
    assert await quotes(standin, "ZZ", "FR") == [FRANCE]


async def test_what_is_not_charged_in_euros_has_no_amount(standin: TwilioStandIn) -> None:
    standin.account.currency = "USD"
    assert await quotes(standin, "FR") == [Quote("FR", "USD")]


@pytest.mark.parametrize("fault", [Fault.ERROR_500_BEFORE, Fault.RATE_LIMITED, Fault.UNAUTHORIZED])
async def test_a_provider_that_cannot_be_asked_is_unreachable(standin: TwilioStandIn, fault: Fault) -> None:
    standin.faults.next(fault, on=Operation.PRICES)
    with pytest.raises(Unreachable):
        await quotes(standin, "FR")


async def test_one_country_that_cannot_be_asked_about_keeps_no_other_back(standin: TwilioStandIn) -> None:
    standin.faults.next(Fault.ERROR_500_BEFORE, on=Operation.PRICES)
    assert await quotes(standin, "BE", "FR") == [FRANCE]


def answer(body: object, status: str = "200 OK") -> bytes:
    written = json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(written)}\r\n\r\n"
    return head.encode() + written


def told(*prices: object, currency: object = "EUR") -> dict[str, object]:
    rows = [price if isinstance(price, dict) else {"current_price": price} for price in prices]
    return {"price_unit": currency, "outbound_sms_prices": [{"prices": rows}], "inbound_sms_prices": None}


ODD = [
    {},
    {"price_unit": "EUR"},
    {"price_unit": "EUR", "outbound_sms_prices": "none", "inbound_sms_prices": 7},
    {"price_unit": "EUR", "outbound_sms_prices": [None, {"prices": [None, "x"]}]},
    told(),
    told("0"),
    told("-0.07"),
    told("NaN"),
    told("Infinity"),
    told("1001"),
    told(True),
    told(None),
    told([]),
    told("0.07", currency="euros"),
    told("0.07", currency=None),
    told("0.07", currency=5),
]


@pytest.mark.parametrize("body", ODD, ids=repr)
async def test_an_odd_answer_tells_nothing(body: object) -> None:
    async with Canned(answer(body)).serving() as server, opened(TWILIO_API_URL=server.url) as channel:
        assert await channel.quotes(["FR"]) == []


LOCAL, MOBILE, SHORT = (
    {"number_type": kind, "current_price": price}
    for kind, price in (("local", "0.09"), ("mobile", 0.0763), ("shortcode", "1"))
)
READ = [
    (told("0.0763", "0.08", "0.079"), 80_000),
    (told("0.07630001"), 76_301),
    (told("nonsense", "0.05"), 50_000),
    (told("0.0763", currency="eur"), 76_300),
    (told(LOCAL, MOBILE, SHORT), 76_300),
    (told(LOCAL, SHORT), 1_000_000),
]


@pytest.mark.parametrize(("body", "price"), READ, ids=repr)
async def test_amounts_are_read_exactly_and_rounded_up_for_our_type_of_number(
    body: object, price: int
) -> None:
    async with (
        Canned(answer(body)).serving() as server,
        opened(TWILIO_API_URL=server.url, TWILIO_NUMBER="+33612345678") as channel,
    ):
        assert await channel.quotes(["FR"]) == [Quote("FR", "EUR", price)]
    assert b"GET /v1/Messaging/Countries/FR " in server.received


async def test_a_server_without_prices_is_no_fault() -> None:
    nothing = answer({"code": 20404, "message": "no such thing"}, "404 Not Found")
    async with Canned(nothing).serving() as server, opened(TWILIO_API_URL=server.url) as channel:
        assert await channel.quotes(["FR", "BE"]) == []


@pytest.mark.parametrize(
    ("api_url", "pricing_url"),
    [
        ("", "https://pricing.twilio.com"),
        ("https://api.twilio.com", "https://pricing.twilio.com"),
        ("http://127.0.0.1:4100", "http://127.0.0.1:4100"),
    ],
)
def test_one_base_stands_for_every_host_of_the_provider(api_url: str, pricing_url: str) -> None:
    settings = read_settings({**ENVIRONMENT, "TWILIO_API_URL": api_url})
    assert settings is not None
    assert settings.pricing_url == pricing_url
