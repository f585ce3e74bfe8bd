"""Doubtful people wait; the team sees them by likeness, and answers or drops a group in one touch."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.books import SECOND_THOUGHTS
from bridge.heart.shares import SHARE
from bridge.model import DOUBTFUL, DROPPED, HOUR, MINUTE, Act, Progress
from bridge.noun import replace
from bridge.replay.acts import Targets
from bridge.replay.compare import Folding
from bridge.replay.journal import JournalReader
from bridge.replay.world import open_world
from bridge.service.doubting import Crowd, bundles, crowds
from bridge.store.books.doubted import groups
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, events, outbox, picks
from bridge.store.looks.waiting import chosen, doubted
from bridge.wording import ENGLISH
from tests.support.acting import act, act_id
from tests.support.clock import TestClock
from tests.support.events import Bridge, keys, message, receipt, rules
from tests.support.leaving import leave, pass_
from tests.support.raiding import Scene, number, ordinary

PRICE = 76_300
RULES = b"""
languages: [fr]
hold: {min: 10m, max: 10m}
pot: {total: 300}
prices:
  sms: {in: 0.0075, out: {FR: 0.0763}}
replies:
  - id: any
    say: {fr: Un mot.}
"""
LIARS = ("menteuse", "grosse menteuse", "quelle menteuse tu fais", "menteuse de service")
THIEVES = ("voleuse", "petite voleuse", "espèce de voleuse")
ALONE = ("rien de commun ici",)


async def doubtful(store: Store) -> Scene:
    """Eight people who wait because they are doubted: four write one thing, three another."""
    scene = Scene(Bridge(store, TestClock(), RULES))
    await scene.told(enumerate((*LIARS, *THIEVES, *ALONE)))
    await store.transact(doubt)
    return scene


async def doubt(connection: AsyncConnection) -> None:
    """As if a raid of insults were on: the detector's part is tested elsewhere."""
    await connection.execute(update(outbox).values(rank=DOUBTFUL + 50))


async def seen(scene: Scene) -> list[Crowd]:
    now = scene.bridge.clock()
    return await scene.store.read(lambda connection: crowds(connection, scene.bridge.journal, now))


async def test_of_whoever_rang_it_is_told_that_they_rang(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock(), RULES + b"reply_to_calls: true\n"))
    rang = replace(message("", address=number(1), at=scene.bridge.clock()), segments=0, form="call")
    await scene.bridge.tell(rang)
    await scene.bridge.fold()
    await store.transact(doubt)
    (group,) = await seen(scene)
    assert group.sample.text == ENGLISH.within("made")("call", count=1)


async def progress(scene: Scene) -> Counter[str]:
    return await scene.progress()


async def told(scene: Scene) -> Sequence[tuple[str, Any]]:
    rows = await scene.rows(select(acts.c.told).order_by(acts.c.at, acts.c.event))
    return [(row.told.code, dict(row.told.data).get("people")) for row in rows]


async def newest_act(scene: Scene) -> str:
    (row, *_) = await scene.rows(select(acts.c.event).order_by(acts.c.at.desc()).limit(1))
    return str(row.event)


async def test_the_team_sees_them_by_what_they_have_in_common_with_euros_and_one_text(store: Store) -> None:
    groups = await seen(await doubtful(store))
    assert [(one.people, one.cost, one.alike) for one in groups] == [
        (4, 4 * PRICE, True),
        (3, 3 * PRICE, True),
        (1, PRICE, False),
    ]
    assert groups[0].sample.text == LIARS[-1]


async def test_the_cards_count_them_and_what_they_would_cost(store: Store) -> None:
    scene = await doubtful(store)
    counted = await store.read(doubted)
    assert (counted.people, counted.cost) == (8, 8 * PRICE)
    assert (await progress(scene))["held"] == 8


async def test_a_group_that_is_answered_leaves_at_once_but_for_second_thoughts(store: Store) -> None:
    scene = await doubtful(store)
    group = (await seen(scene))[0]
    scene.bridge.clock.pass_(HOUR)
    await scene.act("answer", group.name)
    assert (
        await pass_(scene.bridge, SECOND_THOUGHTS - 1) == 2
    )  # the lane of the doubtful pays for two an hour while no raid is on
    assert await pass_(scene.bridge, MINUTE) == 4
    assert await told(scene) == [("group_answered", 4)]


async def test_a_group_that_is_dropped_gets_no_reply_and_the_others_are_left_alone(store: Store) -> None:
    scene = await doubtful(store)
    await scene.act("drop", (await seen(scene))[1].name)
    rows = await scene.replies()
    assert [row.error for row in rows] == [None] * 4 + [DROPPED] * 3 + [None]
    assert [one.people for one in await seen(scene)] == [4, 1]


async def test_what_nobody_touched_is_answered_last(store: Store) -> None:
    scene = await doubtful(store)
    await scene.act("answer", (await seen(scene))[1].name)
    scene.bridge.clock.pass_(HOUR)
    await pass_(scene.bridge, 3 * HOUR, step=30 * MINUTE)
    left = [row for row in await scene.replies() if row.progress == Progress.ACCEPTED]
    order = [row.rank for row in sorted(left, key=lambda one: (one.attempted_at, one.rank))]
    assert order[:3] == [0, 0, 0]
    assert set(order[3:]) == {DOUBTFUL + 50}


@pytest.mark.parametrize("verb", ["answer", "drop"])
async def test_undo_brings_back_all_that_has_not_left_and_nothing_else(store: Store, verb: str) -> None:
    scene = await doubtful(store)
    before = [(row.progress, row.rank, row.error) for row in await scene.replies()]
    groups = await seen(scene)
    await scene.act("drop", groups[1].name)
    dropped = [(row.progress, row.rank, row.error) for row in await scene.replies()]
    scene.bridge.clock.pass_(MINUTE)
    await scene.act(verb, groups[0].name)
    scene.bridge.clock.pass_(MINUTE)
    await scene.act("unchoose", await newest_act(scene))
    assert [(row.progress, row.rank, row.error) for row in await scene.replies()] == dropped != before
    scene.bridge.clock.pass_(MINUTE)
    await scene.act("unchoose", await newest_act(scene))
    assert (await told(scene))[-1] == ("nothing_to_undo", None)


async def test_what_has_left_stays_and_whoever_is_muted_meanwhile_is_not_brought_back(store: Store) -> None:
    scene = await doubtful(store)
    await scene.act("drop", (await seen(scene))[0].name)
    dropping = await newest_act(scene)
    scene.bridge.clock.pass_(MINUTE)
    await scene.act("mute", (await scene.sender(0)).handle)
    await scene.act("unchoose", dropping)
    assert [row.error for row in await scene.replies()] == [DROPPED] + [None] * 7


async def test_whoever_was_dropped_and_answered_since_is_not_brought_back(store: Store) -> None:
    scene = await doubtful(store)
    await scene.act("drop", (await seen(scene))[0].name)
    dropping = await newest_act(scene)
    await scene.told([(0, "et vous, ça va ?")])
    await scene.act("unchoose", dropping)
    assert [row.error for row in await scene.replies(0)] == [DROPPED, None]
    assert [row.error for row in await scene.replies(1)] == [None]


async def test_what_had_left_before_somebody_looked_is_in_no_group_whatever_its_provider_tells_later(
    store: Store,
) -> None:
    """A group is worked out again when somebody touches it: it must be the one that they saw."""
    scene = await doubtful(store)
    scene.bridge.clock.pass_(HOUR)
    assert await leave(scene.bridge) == 2
    now = scene.bridge.clock()
    before = await store.read(lambda found: groups(found, scene.bridge.journal, now))
    scene.bridge.clock.pass_(MINUTE)
    left = [row for row in await scene.replies() if row.message_id]
    await scene.bridge.tell(*(receipt(row.message_id, Progress.DELIVERED, at=now) for row in left))
    await scene.bridge.fold()
    assert (await store.read(lambda found: groups(found, scene.bridge.journal, now)))[0] == before[0]


async def test_an_act_is_about_those_who_were_seen_and_nobody_who_came_since(store: Store) -> None:
    scene = await doubtful(store)
    groups = await seen(scene)
    await scene.told([(20, "encore une menteuse"), (21, "sale menteuse")])
    await store.transact(doubt)
    assert (await seen(scene))[0].people == 6
    await scene.act("drop", groups[0].name)
    assert [row.error for row in await scene.replies()][-2:] == [None, None]
    scene.bridge.clock.pass_(MINUTE)
    await scene.act("drop", groups[1].name)
    assert [row.error for row in await scene.replies()][4:7] == [DROPPED] * 3


async def test_a_group_that_nobody_has_seen_or_that_is_gone_is_said_to_be_none(store: Store) -> None:
    scene = await doubtful(store)
    (first, *_) = await seen(scene)
    for target in ("", "nonsense", "0" * 8 + ".1", first.name, first.name):
        scene.bridge.clock.pass_(MINUTE)
        await scene.act("drop", target)
    assert [code for code, _ in await told(scene)] == [
        *["no_such_group"] * 3,
        "group_dropped",
        "no_such_group",
    ]


async def test_the_list_shows_what_can_still_be_undone(store: Store) -> None:
    scene = await doubtful(store)
    await scene.act("drop", (await seen(scene))[0].name)
    now, journal = scene.bridge.clock(), scene.bridge.journal
    back, *others = await store.read(lambda found: bundles(found, journal, ENGLISH, now))
    assert back.told.startswith("No reply to what they wrote: 4 people")
    assert [(one.verb, one.target) for one in back.buttons] == [("unchoose", await newest_act(scene))]
    assert [[one.verb for one in group.buttons] for group in others] == [["answer", "drop"]] * 2
    scene.bridge.clock.pass_(MINUTE)
    await scene.act("unchoose", back.buttons[0].target)
    assert await store.read(chosen) == []


async def test_a_text_that_was_erased_is_in_no_group(store: Store) -> None:
    scene = await doubtful(store)
    await store.transact(lambda c: c.execute(update(events).values(sealed=b"x").where(events.c.seq == 1)))
    assert [one.people for one in await seen(scene)] == [3, 3, 1]


@pytest.mark.parametrize("verb", ["answer", "drop"])
async def test_a_group_of_hundreds_is_dealt_with_wholly_though_the_process_ends_in_between(
    store: Store, verb: str
) -> None:
    scene, many = Scene(Bridge(store, TestClock(), RULES)), SHARE + 10
    texts = [f"{text} menteuse" for text in ordinary()[:many]]
    await scene.bridge.tell(*(message(text, address=number(n)) for n, text in enumerate(texts)))
    await scene.bridge.fold()
    await store.transact(doubt)
    group, now = (await seen(scene))[0].name, scene.bridge.clock()
    for step, name in ((verb, group), ("unchoose", act_id(verb))):
        await scene.bridge.tell(act(step, name, now, step))
        folding = scene.bridge.folding
        _, memory = await store.transact(lambda c, it=folding: it._fold(c, None, 50, None))  # type: ignore[misc]
        assert memory.rest is not None
        await Bridge(store, scene.bridge.clock, RULES).fold()
        dealt = [row for row in await scene.rows(select(picks)) if row.ended_by is None]
        assert len(dealt) == (many if step == verb else 0)
    assert {(row.progress, row.rank) for row in await scene.replies()} == {(Progress.HELD, DOUBTFUL + 50)}


async def test_a_replay_of_the_journal_drops_whom_the_service_dropped(store: Store) -> None:
    scene = await doubtful(store)
    group = (await seen(scene))[0]
    scene.bridge.clock.pass_(MINUTE)
    await scene.act("drop", group.name)
    again = await store.read(lambda connection: replayed(JournalReader(connection, keys())))
    assert [row.error for row in again.world.books.outbox.values()] == [DROPPED] * 4 + [None] * 4
    assert len(await scene.rows(select(picks))) == len(again.world.books.picks) == 4


async def replayed(journal: JournalReader) -> Folding:
    """The journal folded again, its people doubted as they were before the team chose."""
    world = open_world(rules(RULES), keys().choices, keys().senders)
    folding = Folding(world, Targets(world, keys().senders))
    folding.targets.told = folding.told
    async for recorded in journal.events(None):
        if recorded.event is not None and isinstance(recorded.event.what, Act):
            for row in tuple(world.books.outbox.values()):
                world.books.keep(replace(row, reply=replace(row.reply, rank=DOUBTFUL + 50)))
        folding.take(recorded)
    return folding
