"""Verdicts in hindsight: what is withdrawn, what is written down, and what a false alarm gives back."""

import pytest

from bridge.heart.books import SECOND_THOUGHTS
from bridge.model import DAY, DOUBTFUL, HOUR, LAST, MINUTE, Posture, Progress, Verdict
from bridge.raid.copies import SENDERS as COPIES
from bridge.reasons import Why, because
from bridge.store.books import sending
from bridge.store.books.raids import newest
from bridge.store.engine.store import Store
from bridge.store.looks.cards import raid_view
from tests.support.clock import TestClock
from tests.support.events import RULES, Bridge, rules
from tests.support.leaving import leave, pass_
from tests.support.raiding import OTHER_PASTE, PASTE, Scene, insults, ordinary, paste

PRICE = 76_300
"""What one reply costs, micro-euros."""


@pytest.fixture
def scene(store: Store) -> Scene:
    return Scene(Bridge(store, TestClock()))


async def end_as_false_alarm(scene: Scene) -> None:
    (raid,) = await scene.raids()
    await scene.act("false_alarm", raid.id)


async def test_what_was_held_for_the_first_of_them_is_withdrawn_before_it_costs_anything(
    scene: Scene,
) -> None:
    await scene.told(paste(range(COPIES - 1)))
    assert await scene.progress() == {Progress.HELD: COPIES - 1}
    await scene.told(paste([99]))
    assert await scene.progress() == {Progress.CANCELLED: COPIES}
    purse = await scene.purse()
    assert (purse.reserved, purse.spent, purse.last_hour) == (0, 0, 0)


async def test_everyone_of_them_is_remembered_as_a_raider_with_a_reason(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    (raid,) = await scene.raids()
    for n in range(COPIES):
        row = await scene.sender(n)
        assert (row.verdict, row.raid) == (Verdict.RAIDER, raid.id)
        assert row.reasons == (because(Why.COPIES, senders=COPIES),)
        assert [reply.progress for reply in await scene.replies(n)] == [Progress.CANCELLED]


async def test_a_reply_that_has_left_is_not_undone(scene: Scene) -> None:
    await scene.told(paste([0]))
    scene.bridge.clock.pass_(HOUR)
    now = scene.bridge.clock()
    await scene.store.transact(lambda connection: sending.claim(connection, "sms", now, 8, rules()))
    await scene.told(paste(range(1, COPIES)))
    assert [row.progress for row in await scene.replies(0)] == [Progress.SENDING]
    assert (await scene.purse()).reserved == PRICE


async def test_those_who_insult_are_found_in_hindsight_and_the_others_keep_their_replies(
    scene: Scene,
) -> None:
    others = list(enumerate(ordinary()[:10], start=1_000))
    await scene.told(others)
    await scene.told(enumerate(insults()))
    (raid,) = await scene.raids()
    first, *_ = await scene.replies(0)
    assert (first.progress, first.error) == (Progress.CANCELLED, "raid")
    assert [kind for kind, _ in raid.signs] == ["register"]
    assert [(await scene.replies(n))[0].progress for n, _ in others] == [Progress.HELD] * len(others)


async def test_one_reply_is_kept_back_for_each_raider_and_no_more(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    for _ in range(3):
        await scene.told(paste([*range(COPIES), 50]))
    assert await scene.progress() == {Progress.CANCELLED: COPIES + 1}
    assert [len(await scene.replies(n)) for n in [*range(COPIES), 50]] == [1] * (COPIES + 1)
    actions = [row.action for row in await scene.decisions(50)]
    assert actions == ["cancelled", "silent", "silent"]


async def test_a_raider_costs_nothing_even_after_writing_something_else(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    await scene.told((n, ordinary()[n]) for n in range(COPIES))
    assert (await scene.purse()).reserved == 0
    assert {row.verdict for row in await scene.decisions(0)} == {"ordinary", "raider"}


async def test_a_false_alarm_makes_everyone_ordinary_and_holds_what_is_timely_again(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    await end_as_false_alarm(scene)
    assert await scene.progress() == {Progress.HELD: COPIES}
    rows = [await scene.sender(n) for n in range(COPIES)]
    assert {(row.verdict, tuple(row.reasons)) for row in rows} == {("ordinary", ())}


async def test_a_false_alarm_and_its_undo_leave_a_shield_that_the_team_put_up(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    await scene.act("shield", "", length=2 * HOUR)
    await end_as_false_alarm(scene)
    (raid,) = await scene.raids()
    await scene.act("reopen", raid.id)
    assert [posture for posture, _ in await scene.stances()] == [Posture.RAID, Posture.SHIELD]
    await scene.act("unshield", "")
    assert (await scene.stances())[-1][0] == Posture.RAID


async def test_released_replies_wait_so_long_that_they_can_be_called_back(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    scene.bridge.clock.pass_(5 * HOUR)
    await end_as_false_alarm(scene)
    assert {row.due_at for row in await scene.replies()} == {scene.bridge.clock() + SECOND_THOUGHTS}
    (raid,) = await scene.raids()
    scene.bridge.clock.pass_(SECOND_THOUGHTS - 1)
    assert await leave(scene.bridge) == 0
    await scene.act("reopen", raid.id)
    assert await pass_(scene.bridge, HOUR, step=10 * MINUTE) == 0
    assert await scene.progress() == {Progress.CANCELLED: COPIES}


async def test_what_is_no_longer_timely_is_not_sent_after_all(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    scene.bridge.clock.pass_(DAY + HOUR)
    await end_as_false_alarm(scene)
    assert await scene.progress() == {Progress.CANCELLED: COPIES}
    assert (await scene.purse()).reserved == 0


async def kept_back(scene: Scene) -> int:
    """How many replies the raid's card says a false alarm would release."""
    now, responses = scene.bridge.clock(), scene.bridge.folding.responses
    raid = await scene.store.read(newest)
    assert raid is not None
    return (await scene.store.read(lambda c: raid_view(c, raid, responses, now))).withheld


async def test_whoever_was_answered_since_is_not_answered_again_by_a_false_alarm(scene: Scene) -> None:
    await scene.told(paste(range(COPIES + 1)))
    scene.bridge.clock.pass_(4 * HOUR)
    await scene.told((n, ordinary()[n]) for n in range(COPIES))
    assert await kept_back(scene) == 1
    assert await pass_(scene.bridge, HOUR, step=10 * MINUTE) == COPIES
    assert await kept_back(scene) == 1
    await end_as_false_alarm(scene)
    assert await scene.progress() == {Progress.ACCEPTED: COPIES, Progress.CANCELLED: COPIES, Progress.HELD: 1}


async def test_whoever_was_in_two_raids_gets_one_reply_by_a_false_alarm_the_newest(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    scene.bridge.clock.pass_(5 * HOUR)
    await scene.told(paste(range(COPIES), OTHER_PASTE))
    assert await kept_back(scene) == COPIES
    await scene.act("false_alarm", (await scene.raids())[-1].id)
    progress = [[row.progress for row in await scene.replies(n)] for n in range(COPIES)]
    assert progress == [[Progress.CANCELLED, Progress.HELD]] * COPIES


async def test_somebody_who_could_not_be_answered_after_all_is_answered_when_they_write_again(
    scene: Scene,
) -> None:
    """What was never said must not count as said."""
    await scene.told(paste(range(COPIES)))
    scene.bridge.clock.pass_(DAY + HOUR)
    await end_as_false_alarm(scene)
    await scene.told([(0, ordinary()[0])])
    assert [row.progress for row in await scene.replies(0)] == [Progress.CANCELLED, Progress.HELD]


async def test_whoever_is_muted_or_said_stop_stays_without(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    handle = (await scene.sender(0)).handle
    await scene.act("mute", handle)
    await scene.told([(1, "STOP")])
    await end_as_false_alarm(scene)
    held = [n for n in range(COPIES) if (await scene.replies(n))[0].progress == Progress.HELD]
    assert held == list(range(2, COPIES))


async def test_more_of_what_was_a_false_alarm_is_answered(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    await end_as_false_alarm(scene)
    await scene.told(paste(range(100, 110)))
    assert await scene.progress() == {Progress.HELD: COPIES + 10}
    assert len(await scene.raids()) == 1


async def test_a_false_alarm_that_is_taken_back_withdraws_everything_again(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    await end_as_false_alarm(scene)
    (raid,) = await scene.raids()
    scene.bridge.clock.pass_(MINUTE)
    await scene.act("reopen", raid.id)
    assert await scene.progress() == {Progress.CANCELLED: COPIES}
    assert (await scene.purse()).reserved == 0
    assert {(await scene.sender(n)).verdict for n in range(COPIES)} == {"raider"}


async def test_after_that_more_of_the_same_is_found_again(scene: Scene) -> None:
    await scene.told(paste(range(COPIES)))
    await end_as_false_alarm(scene)
    (raid,) = await scene.raids()
    await scene.act("reopen", raid.id)
    await scene.told(paste(range(100, 103)))
    assert {(await scene.sender(n)).verdict for n in range(100, 103)} == {"raider"}
    assert await scene.progress() == {Progress.CANCELLED: COPIES + 3}


async def test_first_time_senders_are_answered_in_the_middle_of_a_raid(scene: Scene) -> None:
    texts = ordinary()[:12]
    for n, text in enumerate(texts):
        await scene.told([*paste(range(5 * n, 5 * n + 5)), (1_000 + n, text)])
    for n in range(len(texts)):
        (reply,) = await scene.replies(1_000 + n)
        assert reply.progress == Progress.HELD
        assert reply.rank < DOUBTFUL
    assert PASTE not in texts


async def test_whoever_was_answered_before_comes_last_while_a_raid_is_on(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock(), RULES + b"reply_once_per: 1h\n"))
    await scene.told([(1, ordinary()[0])])
    scene.bridge.clock.pass_(3 * HOUR)
    await scene.told(paste(range(100, 100 + COPIES)))
    await scene.told([(1, ordinary()[1]), (2, ordinary()[2])])
    assert [row.rank for row in await scene.replies(1)] == [0, LAST]
    assert (await scene.replies(2))[0].rank < DOUBTFUL
