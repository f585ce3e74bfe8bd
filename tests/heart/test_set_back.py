"""Once a clock that was ahead is set back, what it dated later than now stands in nobody's way."""

import pytest

from bridge.model import DAY, HOUR, MINUTE, Micros
from bridge.store.books import raids
from bridge.store.engine.store import Store
from bridge.store.looks.cards import day_view
from tests.support.clock import TestClock
from tests.support.events import Bridge
from tests.support.leaving import pass_
from tests.support.raiding import OTHER_PASTE, Scene, number, ordinary, paste

AHEAD: list[Micros] = [2 * HOUR, 3 * DAY]


@pytest.fixture
async def scene(store: Store) -> Scene:
    """A raid by a clock that is ahead."""
    scene = Scene(Bridge(store, TestClock()))
    await scene.told([(99, "bonjour")])
    return scene


async def raided_and_set_back(scene: Scene, ahead: Micros, *, false_alarm: bool) -> None:
    scene.bridge.clock.pass_(ahead)
    await scene.told(paste(range(8)))
    if false_alarm:
        (raid,) = await scene.raids()
        await scene.act("false_alarm", raid.id)
    scene.bridge.clock.pass_(MINUTE - ahead)


@pytest.mark.parametrize("restarts", [False, True], ids=["without a restart", "with restarts"])
@pytest.mark.parametrize("ahead", AHEAD)
@pytest.mark.parametrize("false_alarm", [False, True], ids=["a raid", "a false alarm"])
async def test_a_raid_that_follows_is_one_and_can_be_called_a_false_alarm(
    scene: Scene, ahead: Micros, *, false_alarm: bool, restarts: bool
) -> None:
    await raided_and_set_back(scene, ahead, false_alarm=false_alarm)
    for n in range(20, 32):
        await scene.told(paste([n], OTHER_PASTE))
        if restarts:
            scene.bridge.folding.memory = None
    followed, before = await scene.raids()
    assert followed.opened_at < before.opened_at
    newest = await scene.store.read(raids.newest)
    assert newest is not None
    assert newest.id == followed.id
    await scene.act("false_alarm", followed.id)
    assert (await scene.stances())[-1] == ("calm", "false_alarm")


TWO_AN_HOUR = b"""
languages: [fr]
hold: {min: 10m, max: 10m}
pot: {total: 10, per_hour: 0.20, per_day: 0.30}
replies:
  - id: any
    say: {fr: Un mot.}
"""


@pytest.mark.parametrize("ahead", AHEAD)
async def test_an_hours_money_that_was_spent_ahead_is_there_again(store: Store, ahead: Micros) -> None:
    scene = Scene(Bridge(store, TestClock(), TWO_AN_HOUR))
    scene.bridge.clock.pass_(ahead)
    await scene.told(enumerate(ordinary()[:10]))
    assert await pass_(scene.bridge, 20 * MINUTE, step=5 * MINUTE) == 2
    scene.bridge.clock.pass_(-ahead)
    await scene.told(enumerate(ordinary()[10:20], start=10))
    assert await pass_(scene.bridge, 20 * MINUTE, step=5 * MINUTE) == 2


async def test_what_was_dated_ahead_is_told_on_no_days_card_before_that_day(scene: Scene) -> None:
    scene.bridge.clock.pass_(3 * DAY)
    await scene.told(enumerate(ordinary()[:10]))
    await scene.act("mute", f"sms:{number(1)}")
    await pass_(scene.bridge, HOUR, step=HOUR)
    scene.bridge.clock.pass_(-3 * DAY)
    await scene.told([(50, "bonsoir")])
    now = scene.bridge.clock()
    day = await scene.store.read(lambda connection: day_view(connection, "2026-09-21", now - 3 * HOUR, now))
    assert (day.messages, day.senders, day.replied) == (2, 2, 0)
    assert (day.outbound, day.acts, sum(day.spark)) == (0, (), 1)
