"""The posture rises and falls by itself, each change with its reason; and what a shield keeps waiting."""

import pytest
from sqlalchemy import select

from bridge.heart.acts.shield import USUAL_SHIELD
from bridge.model import HOUR, MINUTE, Micros, Posture, Progress, Verdict
from bridge.raid.copies import SENDERS as COPIES
from bridge.raid.posture import AFTERMATH, QUIET
from bridge.reasons import Why
from bridge.store.engine.store import Store
from bridge.store.engine.tables import stances
from tests.support.clock import TestClock
from tests.support.events import Bridge
from tests.support.raiding import Scene, insults, ordinary, paste


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(Bridge(store, TestClock()))


async def test_on_calm_days_nothing_is_said_about_the_posture(scene: Scene) -> None:
    await scene.told(enumerate(ordinary()[:25]), pause=MINUTE)
    assert await scene.stances() == []


async def test_it_rises_with_a_raid_and_falls_in_two_steps(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    texts = iter(enumerate(ordinary(), start=1_000))
    for pause in (QUIET, AFTERMATH):
        scene.bridge.clock.pass_(pause)
        await scene.told([next(texts)])
    assert await scene.stances() == [
        (Posture.RAID, Why.COPIES),
        (Posture.WATCH, Why.RAID_ENDED),
        (Posture.CALM, Why.NOTHING_UNUSUAL),
    ]


async def test_it_stays_up_for_as_long_as_the_raid_grows(scene: Scene) -> None:
    for n in range(12):
        await scene.told(paste(range(10 * n, 10 * n + COPIES)))
        scene.bridge.clock.pass_(QUIET - MINUTE)
    assert [posture for posture, _ in await scene.stances()] == [Posture.RAID]
    assert len(await scene.raids()) == 1


async def test_it_becomes_watchful_before_it_is_sure(scene: Scene) -> None:
    await scene.told(enumerate(ordinary()[:5], start=1_000))
    await scene.told(enumerate(insults()))
    postures = [posture for posture, _ in await scene.stances()]
    assert postures == [Posture.WATCH, Posture.RAID]
    reasons = [reason for _, reason in await scene.stances()]
    assert reasons[0] == Why.REGISTER_RISES
    assert reasons[1] == Why.ABUSE_RISES


async def test_a_raid_of_insults_that_pauses_for_an_hour_is_recognised_when_it_comes_back(
    scene: Scene,
) -> None:
    told = list(insults())
    await scene.told(enumerate(told[:15]))
    scene.bridge.clock.pass_(HOUR)
    await scene.told(enumerate(told[15:], start=100))
    assert [posture for posture, _ in await scene.stances()][-1] == Posture.RAID
    last = len(told) - 15 + 99
    assert (await scene.sender(last)).verdict == Verdict.RAIDER
    assert [row.progress for row in await scene.replies(last)] == [Progress.CANCELLED]


async def test_after_a_raid_of_insults_one_more_insult_on_a_calm_day_is_answered(scene: Scene) -> None:
    await scene.told(enumerate(insults()))
    scene.bridge.clock.pass_(8 * HOUR)
    await scene.told(enumerate(ordinary()[:120], start=1_000), pause=MINUTE)
    await scene.told([(500, "ferme ta gueule")])
    assert (await scene.stances())[-1][0] == Posture.CALM
    assert [row.progress for row in await scene.replies(500)] == [Progress.HELD]


async def test_behind_a_shield_ordinary_newcomers_are_answered_and_insults_are_not(scene: Scene) -> None:
    await scene.act("shield", "", length=2 * HOUR)
    await scene.told([(1, "Bonjour, on s'est vus samedi, tu vas bien ?"), (2, next(insults()))])
    assert [row.progress for row in await scene.replies(1)] == [Progress.HELD]
    assert [row.progress for row in await scene.replies(2)] == [Progress.CANCELLED]
    assert [posture for posture, _ in await scene.stances()] == [Posture.SHIELD]


@pytest.mark.parametrize(
    ("first", "then"), [(8 * HOUR, 2 * HOUR), (None, HOUR), (HOUR, 2 * HOUR), (None, None)]
)
async def test_a_longer_shield_stands_whatever_button_is_pressed(
    scene: Scene, first: Micros | None, then: Micros | None
) -> None:
    ends = []
    for length in (first, then):
        ends.append(scene.bridge.clock() + (length or USUAL_SHIELD))
        await scene.act("shield", "", length=length)
        scene.bridge.clock.pass_(MINUTE)
    raised = [row.until for row in await scene.rows(select(stances).order_by(stances.c.since))]
    assert raised == (ends if ends[0] < ends[1] else ends[:1])


async def test_a_shield_comes_down_by_itself_and_the_next_message_says_so(scene: Scene) -> None:
    await scene.act("shield", "", length=HOUR)
    scene.bridge.clock.pass_(HOUR)
    await scene.told([(1, ordinary()[0])])
    assert [posture for posture, _ in await scene.stances()] == [Posture.SHIELD, Posture.CALM]
