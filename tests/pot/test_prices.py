"""Which price counts: the provider's own word while it is fresh and in euros, else the rules file's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.heart.books import Books
from bridge.heart.effects import Hold
from bridge.heart.step import step
from bridge.model import DAY, Event, EventId, SenderId
from bridge.ports import Quote
from bridge.prices import CHEAPEST, DEAREST, FRESH, Tariff, Told, in_force, price_in, price_out
from tests.support.clock import NOON
from tests.support.events import RULES, message, rules

FILE = rules(RULES + b"prices: {sms: {in: 0.01, out: {FR: 0.0763, BE: 0}}}\n")


def told(
    amount: int | None = 90_000, *, country: str = "FR", currency: str = "EUR", at: int = NOON
) -> Tariff:
    return {("sms", country): Told(Quote(country, currency, amount, 8_000 if amount else None), at)}


CASES: list[tuple[Tariff, str | None, int | None]] = [
    ({}, "FR", 76_300),
    (told(), "FR", 90_000),
    (told(50_000), "FR", 50_000),
    (told(at=NOON - FRESH + 1), "FR", 90_000),
    (told(at=NOON - FRESH), "FR", 76_300),
    (told(None, currency="USD"), "FR", 76_300),
    (told(None), "FR", 76_300),
    (told(country="CH"), "CH", None),
    (told(country="BE"), "BE", 90_000),
    ({}, "BE", 0),
    (told(), None, None),
]

BEYOND_BELIEF = [1, 10, CHEAPEST - 1, DEAREST + 1, 100_000_000, 1_000_000_000]
"""From a millionth of a euro for a segment to a thousand euros."""


@pytest.mark.parametrize(("tariff", "country", "price"), CASES)
def test_what_a_segment_costs(tariff: Tariff, country: str | None, price: int | None) -> None:
    assert price_out(FILE, tariff, "sms", country, NOON) == price


@pytest.mark.parametrize("amount", BEYOND_BELIEF)
def test_a_price_that_cannot_be_is_not_believed(amount: int) -> None:
    assert price_out(FILE, told(amount), "sms", "FR", NOON) == 76_300
    assert [price.source for price in in_force(FILE, told(amount), NOON)] == ["file", "file"]


@pytest.mark.parametrize("amount", [-1, DEAREST + 1, 1_000_000_000])
def test_nor_is_such_a_price_of_receiving(amount: int) -> None:
    tariff = {("sms", "FR"): Told(Quote("FR", "EUR", 90_000, amount), NOON)}
    assert price_in(FILE, tariff, "sms", NOON) == 10_000


@pytest.mark.parametrize(
    ("tariff", "price"),
    [({}, 10_000), (told(), 8_000), (told(at=NOON - 8 * DAY), 10_000), (told(country="CH"), 10_000)],
)
def test_what_receiving_a_segment_costs(tariff: Tariff, price: int) -> None:
    assert price_in(FILE, tariff, "sms", NOON) == price


def test_a_free_handle_stays_free() -> None:
    assert price_out(FILE, told(), "telegram", None, NOON) == 0
    assert price_in(FILE, told(), "telegram", NOON) == 0


def test_every_price_in_force_names_its_source() -> None:
    mixed = {**told(), **told(None, country="BE", currency="USD", at=NOON - DAY)}
    assert [
        (price.country, price.amount, price.source, price.currency, price.told_at)
        for price in in_force(FILE, mixed, NOON)
    ] == [("FR", 90_000, "provider", "EUR", NOON), ("BE", 0, "file", "USD", NOON - DAY)]


def reserved(tariff: Tariff, now: int) -> int | None:
    """What a step sets aside for a reply to one text; `None` when there is none."""
    state = Books(FILE, b"seed", prices=tariff)
    one = message("salut", at=now)
    effects = step(state, Event(EventId("1" * 32), SenderId("2" * 32), now, one), now)
    return next((effect.reply.price for effect in effects if isinstance(effect, Hold)), None)


@given(st.integers(CHEAPEST, DEAREST), st.integers(0, 20 * DAY))
def test_a_reservation_is_never_below_what_the_provider_has_freshly_said(amount: int, age: int) -> None:
    booked = reserved(told(amount, at=NOON - age), NOON)
    expected = amount if age < FRESH else 76_300
    # One that one sender may not cost is not sent at all.
    assert booked == (expected if expected <= FILE.pot.per_sender else None)
