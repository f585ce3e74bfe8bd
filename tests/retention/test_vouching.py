"""A clock that is far ahead forgets nobody; a service that was off for as long does: a provider tells."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import delete

from bridge.days import LEAP
from bridge.loops.vouching import Vouching
from bridge.model import DAY, HOUR, MINUTE, SECOND, Micros
from bridge.ports import TellingTime, Unreachable
from bridge.service.plugins import channel_plugins, idle
from bridge.store.engine.store import Store
from bridge.store.engine.tables import facts
from tests.doctor.test_walls import ELSEWHERE, PROVIDERS
from tests.retention.test_by_time import ORDINARY, readable, written
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge
from tests.support.retaining import retention, settle
from tests.support.walls import answering

MONTHS = ORDINARY + MINUTE
DARK = None
"""A provider out of reach."""


@dataclass
class Provider:
    """Tells by how much it is later than noon, if it can be reached."""

    later: Micros | None
    name: str = "sms"
    asked: int = 0

    async def time(self) -> Micros:
        self.asked += 1
        if self.later is None:
            raise Unreachable("timeout")
        return NOON + self.later


@dataclass
class Passed:
    """What has passed since the machine was started."""

    so_far: Micros = 0

    def __call__(self) -> Micros:
        return self.so_far


@pytest.fixture
def bridge(store: Store) -> Bridge:
    return Bridge(store, TestClock())


def started(bridge: Bridge, providers: Sequence[TellingTime] = ()) -> tuple[Vouching, Passed]:
    """What a process that was just started goes by."""
    passed = Passed()
    return Vouching(bridge.store, bridge.clock, passed, lambda: providers), passed


STARTS: dict[str, tuple[list[Provider], set[str]]] = {
    "the service was off for months": ([Provider(MONTHS)], set()),
    "its providers are some seconds behind": ([Provider(MONTHS - 5 * SECOND)], set()),
    "the clock is ahead": ([Provider(MINUTE)], {"un secret"}),
    "the clock is ahead, and one of two can be reached": ([Provider(DARK), Provider(MINUTE)], {"un secret"}),
    "it was off, and one of two can be reached": ([Provider(DARK), Provider(MONTHS)], set()),
    "nobody can be reached": ([Provider(DARK)], {"un secret"}),
    "there is nobody to ask": ([], {"un secret"}),
}


@pytest.mark.parametrize(("providers", "left"), STARTS.values(), ids=STARTS)
async def test_at_a_start_months_later_a_provider_tells_whether_it_is(
    bridge: Bridge, providers: list[Provider], left: set[str]
) -> None:
    await written(bridge, "un secret")
    await started(bridge)[0].present()
    bridge.clock.pass_(MONTHS)
    await settle(retention(bridge, present=started(bridge, providers)[0].present), bridge)
    assert await readable(bridge) == left


async def test_where_nobody_has_vouched_yet_the_newest_message_tells(bridge: Bridge) -> None:
    """As of a database from before anybody did."""
    assert await started(bridge)[0].present() == NOON, "there is nobody to forget"
    await bridge.store.transact(lambda found: found.execute(delete(facts)))
    await written(bridge, "un secret")
    bridge.clock.pass_(MONTHS)
    assert await started(bridge, [Provider(MINUTE)])[0].present() == NOON + MINUTE


async def test_who_runs_all_the_time_asks_nobody(bridge: Bridge) -> None:
    provider = Provider(DARK)
    vouching, passed = started(bridge, [provider])
    for _ in range(60):
        assert await vouching.present() == bridge.clock()
        bridge.clock.pass_(12 * HOUR)
        passed.so_far += 12 * HOUR
    bridge.clock.pass_(LEAP - 12 * HOUR)  # and is off for a day
    assert await started(bridge, [provider])[0].present() == bridge.clock()
    assert provider.asked == 0


async def test_unconfirmed_it_goes_on_as_time_passes_in_whichever_process(bridge: Bridge) -> None:
    await started(bridge)[0].present()
    bridge.clock.pass_(MONTHS)
    for day in range(3):
        vouching, passed = started(bridge, [Provider(DARK)])
        assert await vouching.present() == NOON + day * DAY
        bridge.clock.pass_(DAY)
        passed.so_far += DAY
        assert await vouching.present() == NOON + (day + 1) * DAY


@pytest.mark.parametrize(("providers", "believed"), [([], True), ([Provider(DARK)], False)])
async def test_where_there_is_nobody_to_ask_a_clock_that_stood_for_a_day_is_believed(
    bridge: Bridge, providers: list[Provider], believed: bool
) -> None:
    await started(bridge)[0].present()
    vouching, passed = started(bridge, providers)
    bridge.clock.pass_(MONTHS)
    assert await vouching.present() == NOON
    bridge.clock.pass_(DAY)
    passed.so_far += DAY
    assert await vouching.present() == (bridge.clock() if believed else NOON + DAY)
    assert await vouching.present() == (bridge.clock() if believed else NOON + DAY)


async def test_a_clock_that_is_set_right_counts_again(bridge: Bridge) -> None:
    await started(bridge)[0].present()
    vouching, passed = started(bridge, [Provider(MINUTE)])
    bridge.clock.pass_(MONTHS)
    assert await vouching.present() == NOON + MINUTE
    bridge.clock.now = NOON + 2 * MINUTE
    passed.so_far += MINUTE
    assert await vouching.present() == NOON + 2 * MINUTE


async def test_a_clock_that_is_behind_is_never_overtaken(bridge: Bridge) -> None:
    await started(bridge)[0].present()
    bridge.clock.now = NOON - MONTHS
    assert await started(bridge, [Provider(0)])[0].present() == NOON - MONTHS
    bridge.clock.now = NOON + HOUR
    assert await started(bridge)[0].present() == NOON + HOUR, "what was known once stays known"


TELL: dict[str, object] = {
    "sms": {"sid": "AC1", "status": "active"},
    "telegram": {"ok": True, "result": {"id": 1, "is_bot": True, "username": "a_bot"}},
    "telnyx": {"data": {"available_credit": "1.00", "currency": "EUR"}},
    "slack": {"ok": True, "user_id": "U1"},
}
"""What each answers that can be asked what time it is: a room on our own machine has our own clock."""


@pytest.mark.parametrize("provider", TELL)
async def test_each_provider_says_what_time_it_is(provider: str) -> None:
    variable, credentials = PROVIDERS[provider]
    date = {"Date": "Wed, 01 Sep 2027 12:00:00 GMT"}
    async with answering(200, json.dumps(TELL[provider]), "application/json", date) as url:
        address = f"{url}/" if provider == "slack" else url
        channel = channel_plugins()[provider].connect({**credentials, variable: address}, idle(ELSEWHERE))
        assert channel is not None
        await channel.open()
        telling: object = channel
        assert isinstance(telling, TellingTime)
        assert await telling.time() == 1_819_800_000 * SECOND
        await channel.close()
