"""*Saved* is what the same rules would have paid without detector and team: a day counted by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import DAY, HOUR, MINUTE, Micros
from bridge.pot import Purse, left
from bridge.replay.compare import fold_again, folded
from bridge.replay.episodes import episodes
from bridge.replay.journal import JournalReader
from bridge.replay.saved import saved
from bridge.saved import hour_of, spared
from bridge.store.engine.store import Store
from bridge.store.looks.cards import day_view, raid_view, recent_raids
from bridge.views import Day, RaidView
from tests.support.clock import NOON, TestClock
from tests.support.events import Bridge, keys, rules
from tests.support.leaving import pass_
from tests.support.raiding import Scene, ordinary, paste

PRICE = 76_300
RULES = b"""
languages: [fr]
hold: {min: 10m, max: 10m}
prices:
  sms: {in: 0.0075, out: {FR: 0.0763}}
pot: {total: 3300}
replies:
  - id: any
    say: {fr: ["Un mot.", "Deux mots.", "Trois mots.", "Quatre mots."]}
"""
TIGHT = RULES.replace(b"total: 3300", b"total: 3300, per_day: 0.7")

EARLY, LATE = range(30, 32), range(32, 44)
"""Raiders who are answered before the raid is seen, and those who come when it is, or a moment before."""


async def hand_counted(store: Store, source: bytes = RULES) -> Scene:
    """Five ordinary people; two who paste first and are answered; twelve who paste after them.

    One of the twelve writes STOP at once, one writes three times, and one is muted as well.
    """
    scene = Scene(Bridge(store, TestClock(), source))
    await scene.told(enumerate(ordinary()[:5]), pause=MINUTE)
    await scene.told(paste(EARLY))
    await pass_(scene.bridge, 15 * MINUTE)
    await scene.told(paste(LATE), pause=MINUTE)
    await scene.told([(LATE[-1], "STOP"), *paste([LATE[0]] * 2)])
    return scene


async def seen(scene: Scene) -> RaidView:
    """The one raid, as its card shows it now."""
    now = scene.bridge.clock()
    (raid,) = await scene.store.read(lambda connection: recent_raids(connection, NOON))
    responses = scene.bridge.folding.responses
    return await scene.store.read(lambda connection: raid_view(connection, raid, responses, now))


async def today(scene: Scene) -> Day:
    now = scene.bridge.clock()
    return await scene.store.read(lambda connection: day_view(connection, "2026-09-21", NOON, now))


async def test_saved_is_one_reply_for_each_who_was_kept_from_theirs(store: Store) -> None:
    """Fourteen paste; two were answered and one wrote STOP: eleven replies, at 7.63 cents."""
    scene = await hand_counted(store)
    assert (await seen(scene)).saved < 11 * PRICE  # not yet due: the same rules would not have paid it either
    await pass_(scene.bridge, 2 * HOUR, step=30 * MINUTE)
    card = await seen(scene)
    assert (card.messages, card.saved, card.spent) == (17, 11 * PRICE, 2 * PRICE)


async def test_who_was_answered_or_looked_ordinary_before_the_raid_was_seen_is_said(store: Store) -> None:
    """The two who were answered, and those whose paste was not yet one: with the fourth it is."""
    card = await seen(await hand_counted(store))
    assert card.ordinary_before == 3


async def test_answered_is_what_left(store: Store) -> None:
    scene = await hand_counted(store)
    assert (await today(scene)).replied == 5 + 2
    await pass_(scene.bridge, 2 * HOUR, step=30 * MINUTE)
    assert (await today(scene)).replied == 5 + 2


async def test_after_a_false_alarm_nothing_was_saved(store: Store) -> None:
    scene = await hand_counted(store)
    await pass_(scene.bridge, 2 * HOUR, step=30 * MINUTE)
    await scene.act("false_alarm", (await seen(scene)).id)
    assert (await seen(scene)).saved == 0


async def test_a_reply_that_a_mute_of_the_teams_withdrew_counts_as_well(store: Store) -> None:
    """Somebody floods: one sender, no raid of many. What is held for them is withdrawn by the mute."""
    scene = Scene(Bridge(store, TestClock(), RULES))
    await scene.told([(7, f"encore un message, le {n}") for n in range(40)])
    card = await seen(scene)
    await scene.act("mute_all", card.id)
    await pass_(scene.bridge, 2 * HOUR, step=30 * MINUTE)
    assert ((await seen(scene)).saved, (await seen(scene)).spent) == (PRICE, 0)


async def test_saved_is_never_more_than_the_pot_could_have_paid_beside_what_it_paid(store: Store) -> None:
    """70 cents a day, of which seven replies took 53.4: two more, and half a cent."""
    scene = await hand_counted(store, TIGHT)
    await pass_(scene.bridge, 2 * HOUR, step=30 * MINUTE)
    assert (await seen(scene)).saved == 700_000 - 7 * PRICE


@pytest.mark.parametrize("source", [RULES, TIGHT])
async def test_a_replay_of_the_journal_says_what_the_card_says(store: Store, source: bytes) -> None:
    scene = await hand_counted(store, source)
    await pass_(scene.bridge, DAY, step=HOUR)
    card = await seen(scene)

    folding = await store.read(
        lambda connection: fold_again(JournalReader(connection, keys()), keys(), rules(source))
    )
    folding.world.provider.run()
    again = sum(saved(folding.world, episodes(folding.world)).values())
    assert again == card.saved > 0


async def test_what_had_waited_for_more_than_a_day_when_the_raid_came_is_saved_as_well(store: Store) -> None:
    """SMS is paused, and whoever writes then is not answered; two had written before."""
    patient = RULES.replace(b"hold:", b"answer_within: 3d\nhold:")
    scene = Scene(Bridge(store, TestClock(), patient))
    await scene.told(paste(EARLY))
    await scene.act("pause", "sms", length=40 * HOUR)
    scene.bridge.clock.pass_(30 * HOUR)
    await scene.told(paste([*LATE, *EARLY]))
    await pass_(scene.bridge, DAY, step=HOUR)
    card = await seen(scene)
    folding = await store.read(lambda one: fold_again(JournalReader(one, keys()), keys(), rules(patient)))
    folding.world.provider.run()
    assert sum(saved(folding.world, episodes(folding.world)).values()) == card.saved == 2 * PRICE


async def test_what_would_have_been_too_late_behind_quiet_hours_is_not_saved(store: Store) -> None:
    """They begin at 16:30, a few minutes after the first pastes: only what was due before could have left."""
    quiet = RULES.replace(b"hold:", b'answer_within: 2h\nquiet: {from: "16:30", to: "23:00"}\nhold:')
    scene = Scene(Bridge(store, TestClock(), quiet))
    await scene.told(paste(range(50, 58)), pause=3 * MINUTE)
    await pass_(scene.bridge, DAY, step=HOUR)
    card = await seen(scene)
    folding = await store.read(lambda one: folded(JournalReader(one, keys()), keys(), rules(quiet)))
    assert sum(saved(folding.world, episodes(folding.world)).values()) == card.saved == 2 * PRICE


Amounts = st.dictionaries(
    st.integers(0, 60).map(lambda hour: hour * HOUR), st.integers(1, 10**8), max_size=20
)


@given(kept_back=Amounts, paid=Amounts, total=st.integers(0, 10**9), now=st.integers(0, 60 * HOUR))
def test_whatever_was_kept_back_no_more_is_saved_than_that_and_than_is_left(
    kept_back: dict[Micros, int], paid: dict[Micros, int], total: int, now: Micros
) -> None:
    purse = Purse(spent=sum(paid.values()), total=total)
    told = spared(kept_back, paid, purse, rules(TIGHT), now)
    assert sum(told.values()) <= min(sum(kept_back.values()), left(purse, rules(TIGHT)))
    assert all(hour <= hour_of(now) for hour in told)
