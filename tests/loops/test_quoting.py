"""Quoting: the provider is asked at start and daily; its word is kept, and counts only where it can."""

from collections.abc import Sequence

import pytest
from structlog.testing import capture_logs

from bridge.loops.quoting import PAUSE, REST, Quoting
from bridge.model import DAY, HOUR
from bridge.ports import Quote, Unreachable
from bridge.prices import Told
from bridge.store.books import tariff
from bridge.store.engine.store import Store
from tests.support.clock import TestClock
from tests.support.events import RULES, rules

FRANCE = Quote("FR", "EUR", 80_000, 7_000)
BELGIUM = Quote("BE", "EUR", 90_000)
TWO = b"prices: {sms: {in: 0.0075, out: {FR: 0.0763, BE: 0.1}}}\n"


class Provider:
    """Tells what it is told to tell."""

    name = "sms"

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.quoted: list[Quote] = [FRANCE, BELGIUM]
        self.fault: Unreachable | None = None

    async def quotes(self, countries: Sequence[str]) -> Sequence[Quote]:
        self.asked.append(tuple(countries))
        if self.fault is not None:
            raise self.fault
        return [quote for quote in self.quoted if quote.country in countries]


class World:
    def __init__(self, store: Store) -> None:
        self.store, self.clock, self.provider, self.rules = store, TestClock(), Provider(), rules(RULES + TWO)
        self.quoting = self.anew()

    def anew(self) -> Quoting:
        """As after a restart."""
        return Quoting(self.store, self.provider, self.clock, lambda: self.rules)


@pytest.fixture
def world(store: Store) -> World:
    return World(store)


async def test_every_listed_country_is_asked_for_at_start_and_then_daily(world: World) -> None:
    assert await world.quoting.turn() == REST
    world.clock.pass_(DAY - HOUR)
    assert await world.quoting.turn() == REST
    assert world.provider.asked == [("FR", "BE")]
    world.clock.pass_(HOUR)
    await world.quoting.turn()
    assert world.provider.asked == [("FR", "BE")] * 2


async def test_the_providers_word_survives_a_restart_and_is_asked_for_again(world: World) -> None:
    await world.quoting.turn()
    told_at = world.clock()
    world.clock.pass_(HOUR)
    assert await world.store.read(tariff.load) == {
        ("sms", "FR"): Told(FRANCE, told_at),
        ("sms", "BE"): Told(BELGIUM, told_at),
    }
    await world.anew().turn()
    assert len(world.provider.asked) == 2


async def test_a_country_that_is_listed_later_is_asked_for_by_itself(world: World) -> None:
    world.rules = rules(RULES)
    await world.quoting.turn()
    world.rules = rules(RULES + TWO)
    await world.quoting.turn()
    assert world.provider.asked == [("FR",), ("BE",)]


async def test_nothing_is_asked_about_a_channel_that_costs_nothing(world: World) -> None:
    world.provider.name = "telegram"
    assert await world.quoting.turn() == REST
    assert world.provider.asked == []


async def test_a_provider_that_cannot_be_asked_is_left_alone_and_its_last_word_stays(world: World) -> None:
    await world.quoting.turn()
    world.clock.pass_(DAY)
    world.provider.fault = Unreachable("timeout")
    with pytest.raises(Unreachable, match="timeout"):
        await world.quoting.turn()
    assert world.quoting.patience == PAUSE
    assert len(await world.store.read(tariff.load)) == 2


async def test_a_provider_that_charges_no_euros_is_said_so_plainly_and_once(world: World) -> None:
    world.provider.quoted = [Quote("FR", "USD"), Quote("BE", "USD")]
    with capture_logs() as logs:
        await world.quoting.turn()
        world.clock.pass_(DAY)
        await world.quoting.turn()
    assert [(entry["event"], entry["currency"]) for entry in logs] == [
        ("a provider charges no euros; the prices of the rules file count", "USD")
    ]


async def test_a_country_that_is_not_told_is_said_so_and_asked_for_again(world: World) -> None:
    world.provider.quoted = [FRANCE]
    with capture_logs() as logs:
        assert await world.quoting.turn() == PAUSE
    assert [entry["countries"] for entry in logs] == [["BE"]]
    await world.quoting.turn()
    assert world.provider.asked == [("FR", "BE"), ("BE",)]


async def test_a_price_that_cannot_be_is_said_so_plainly_and_once(world: World) -> None:
    world.provider.quoted = [Quote("FR", "EUR", 1), BELGIUM]
    with capture_logs() as logs:
        await world.quoting.turn()
        await world.anew().turn()
        world.clock.pass_(DAY)
        await world.quoting.turn()
    assert [entry["countries"] for entry in logs] == [["FR"]] * 2


async def test_a_newer_word_replaces_the_older_one(world: World) -> None:
    await world.quoting.turn()
    world.provider.quoted = [Quote("FR", "EUR", 99_000), BELGIUM]
    await world.anew().turn()
    told = await world.store.read(tariff.load)
    assert told["sms", "FR"].quote.outbound == 99_000


ODD: list[tuple[Quote, Quote]] = [
    (Quote("FR", "EUR", 1, 7_000), Quote("FR", "EUR", None, 7_000)),
    (Quote("FR", "EUR", 0, 7_000), Quote("FR", "EUR", None, 7_000)),
    (Quote("FR", "EUR", -80_000, 7_000), Quote("FR", "EUR", None, 7_000)),
    (Quote("FR", "EUR", 1_000_000_000, 7_000), Quote("FR", "EUR", None, 7_000)),
    (Quote("FR", "EUR", 10**30, 7_000), Quote("FR", "EUR", None, 7_000)),
    (Quote("FR", "EUR", 800_000, 7_000), Quote("FR", "EUR", None, 7_000)),
    (Quote("FR", "EUR", 7_000, 7_000), Quote("FR", "EUR", None, 7_000)),
    (Quote("FR", "EUR", 80_000, 1_000_000_000), Quote("FR", "EUR", 80_000)),
    (Quote("FR", "EUR", 80_000, 1), Quote("FR", "EUR", 80_000)),
    (Quote("FR", "EUR", 8_000, 750), Quote("FR", "EUR", 8_000, 750)),
    (Quote("FR", "EUR", 763_000, 75_000), Quote("FR", "EUR", 763_000, 75_000)),
]


@pytest.mark.parametrize(("told", "kept"), ODD, ids=str)
async def test_a_price_that_cannot_be_true_is_told_once_and_the_files_counts(
    world: World, told: Quote, kept: Quote
) -> None:
    world.provider.quoted = [told, BELGIUM]
    with capture_logs() as logs:
        await world.quoting.turn()
        world.clock.pass_(DAY)
        await world.quoting.turn()
    assert (await world.store.read(tariff.load))["sms", "FR"].quote == kept
    complaints = [log["countries"] for log in logs if "cannot be true" in log["event"]]
    assert complaints == ([] if told == kept else [["FR"]])
