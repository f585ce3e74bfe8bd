"""The team acts on what it finds: it mutes, holds back, makes rules; and each undo takes back its own act."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from bridge.explaining.explain import Explaining
from bridge.heart.acts.shared import LONGEST_RULE, MOST_RULES
from bridge.heart.books import SECOND_THOUGHTS
from bridge.heart.shares import SHARE
from bridge.model import BY_MUTE, DAY, HOUR, MINUTE, Micros, Progress
from bridge.moderation.targets import Ruling, written_people
from bridge.reasons import Why
from bridge.replay.compare import fold_again
from bridge.replay.journal import JournalReader
from bridge.service.board import Board
from bridge.store.engine.store import Store
from bridge.store.engine.tables import acts, delays, mutes, phrase_rules
from bridge.store.looks import found as looks
from bridge.store.looks import team
from bridge.wording import ENGLISH
from tests.support.clock import TestClock
from tests.support.events import Bridge, keys, message, rules
from tests.support.leaving import pass_
from tests.support.raiding import Scene, number, ordinary

RULES = b"""
languages: [fr]
hold: {min: 10m, max: 10m}
pot: {total: 300, per_hour: 300, per_day: 300}
prices:
  sms: {in: 0.0075, out: {FR: 0.0763}}
replies:
  - id: any
    say: {fr: Un mot.}
"""
TOKEN = "Bonjour, connais-tu la violette ?"
X, Y = 1, 2


async def scene(store: Store, senders: int = 3) -> Scene:
    """Some people who wrote one odd word, each with a reply that waits."""
    found = Scene(Bridge(store, TestClock(), RULES))
    await found.told([(n, f"{ordinary()[n]} violette") for n in range(senders)])
    return found


def people(found: Scene, *who: int) -> str:
    return written_people(found.bridge.journal.sender("sms", number(n)) for n in who)


async def newest_act(found: Scene) -> str:
    (row, *_) = await found.rows(select(acts.c.event).order_by(acts.c.at.desc()).limit(1))
    return str(row.event)


async def outcome(found: Scene) -> tuple[str, str]:
    (row, *_) = await found.rows(select(acts.c.outcome, acts.c.told).order_by(acts.c.at.desc()).limit(1))
    return row.outcome, row.told.code


async def acted(found: Scene, verb: str, target: str, length: Micros | None = None) -> str:
    """Does it a second later; which act it was."""
    found.bridge.clock.pass_(1_000_000)
    await found.act(verb, target, length=length)
    return await newest_act(found)


async def muted_until(found: Scene, who: int) -> Micros | None:
    until: Micros | None = (await found.sender(who)).muted_until
    return until if until is None or until > found.bridge.clock() else None


async def replies(found: Scene, who: int) -> list[tuple[str, str | None]]:
    return [(row.progress, row.error) for row in await found.replies(who)]


HELD, MUTED = ("held", None), ("cancelled", BY_MUTE)

Steps = Sequence[tuple[str, Any]]

RELATIVES: dict[str, tuple[Steps, list[int], bool]] = {
    # What is done, in order; by which mutes (hours) X is muted at the end; whether X's reply waits.
    "mute, undo": ([("mute", 24), ("undo", 0)], [], True),
    "mute twice, undo the first": ([("mute", 1), ("mute", 24), ("undo", 0)], [24], False),
    "mute twice, undo the second": ([("mute", 1), ("mute", 24), ("undo", 1)], [1], False),
    "mute twice, undo both": ([("mute", 1), ("mute", 24), ("undo", 0), ("undo", 1)], [], True),
    "mute twice, undo both, the other way": ([("mute", 1), ("mute", 24), ("undo", 1), ("undo", 0)], [], True),
    "mute, mute these, undo one": ([("mute", 1), ("these", 24), ("undo", 0)], [24], False),
    "mute, mute these, undo these": ([("mute", 48), ("these", 24), ("undo", 1)], [48], False),
    "mute these, mute, undo these": ([("these", 24), ("mute", 48), ("undo", 0)], [48], False),
    "expired in between": ([("mute", 1), ("wait", 2), ("undo", 0)], [], False),
    "a longer one after one that expired": (
        [("mute", 1), ("mute", 24), ("wait", 2), ("undo", 0)],
        [24],
        False,
    ),
    "undone twice": ([("mute", 24), ("undo", 0), ("mute", 12), ("undo", 0)], [12], False),
    "unmuted and muted again by somebody else": (
        [("mute", 24), ("unmute", None), ("mute", 12), ("undo", 0)],
        [12],
        False,
    ),
    "unmute ends all": ([("mute", 1), ("these", 24), ("unmute", None)], [], True),
    "undo of what was unmuted": ([("mute", 24), ("unmute", None), ("undo", 0)], [], True),
    "muted by an act, held by another": ([("mute", 24), ("hold", 2), ("undo", 0)], [], True),
}


@pytest.mark.parametrize("name", RELATIVES)
async def test_an_undo_takes_back_what_its_own_act_did_and_nothing_else(store: Store, name: str) -> None:
    steps, standing, waits = RELATIVES[name]
    found = await scene(store)
    done: list[tuple[str, Micros]] = []
    for verb, what in steps:
        if verb == "wait":
            found.bridge.clock.pass_(what * HOUR)
        elif verb == "undo":
            await acted(found, "undo", done[what][0])
        elif verb == "unmute":
            await acted(found, "unmute", number(X))
        else:
            named = {"mute": number(X), "these": people(found, X, Y), "hold": people(found, X, Y)}
            of = {"mute": "mute", "these": "mute_found", "hold": "hold_found"}
            act = await acted(found, of[verb], named[verb], what * HOUR)
            done.append((act, found.bridge.clock() + what * HOUR))
    lengths = {what * HOUR for verb, what in steps if verb in ("mute", "these")}
    assert lengths or not standing
    until = await muted_until(found, X)
    mine = [
        end
        for (_, end), (_, what) in zip(
            done, [one for one in steps if one[0] not in ("wait", "undo", "unmute")], strict=True
        )
        if what in standing
    ]
    assert until == (max(mine) if mine else None)
    assert (await replies(found, X) == [HELD]) is waits
    listed = await store.read(lambda connection: team.standing_mutes(connection, found.bridge.clock()))
    assert [one.until for one in listed if one.handle == (await found.sender(X)).handle] == mine[-1:]


async def test_who_was_muted_beside_them_stays_so(store: Store) -> None:
    found = await scene(store)
    mute = await acted(found, "mute", number(X))
    await acted(found, "mute_found", people(found, X, Y))
    await acted(found, "undo", mute)
    assert await muted_until(found, Y) is not None
    assert await replies(found, Y) == [MUTED]


async def test_an_undo_where_nothing_is_left_says_so(store: Store) -> None:
    found = await scene(store)
    mute = await acted(found, "mute", number(X), HOUR)
    found.bridge.clock.pass_(2 * HOUR)
    await acted(found, "undo", mute)
    assert await outcome(found) == ("nothing", "nothing_to_undo")


async def test_what_an_undo_brings_back_leaves_after_second_thoughts(store: Store) -> None:
    found = await scene(store)
    found.bridge.clock.pass_(9 * MINUTE)
    mute = await acted(found, "mute_found", people(found, X, Y))
    found.bridge.clock.pass_(HOUR)
    await acted(found, "undo", mute)
    assert await pass_(found.bridge, SECOND_THOUGHTS - MINUTE // 2) == 1  # the third was never muted
    assert await pass_(found.bridge, 2 * MINUTE) == 2


async def test_everyone_found_is_held_back_and_let_go_again(store: Store) -> None:
    found = await scene(store)
    hold = await acted(found, "hold_found", people(found, X, Y))
    assert [row.due_at for row in await found.replies(X)] == [found.bridge.clock() + 2 * HOUR]
    assert await pass_(found.bridge, HOUR) == 1  # the third was not found
    await acted(found, "undo", hold)
    assert await pass_(found.bridge, SECOND_THOUGHTS + MINUTE) == 2


HOLDS = [
    (2, 4, 0, 4),
    (2, 4, 1, 2),
    (4, 2, 0, 2),
    (4, 2, 1, 4),
]


@pytest.mark.parametrize(("first", "second", "undone", "stands"), HOLDS)
async def test_of_two_that_hold_a_reply_back_each_ends_by_itself(
    store: Store, first: int, second: int, undone: int, stands: int
) -> None:
    found = await scene(store)
    (natural,) = [row.due_at for row in await found.replies(X)]
    held, ends = [], []
    for hours in (first, second):
        held.append(await acted(found, "hold_found", people(found, X), hours * HOUR))
        ends.append(found.bridge.clock() + hours * HOUR)
    await acted(found, "undo", held[undone])
    assert [row.due_at for row in await found.replies(X)] == [ends[(first, second).index(stands)]]
    await acted(found, "undo", held[1 - undone])
    assert [row.due_at for row in await found.replies(X)] == [natural]


async def test_a_reply_is_never_held_back_until_it_expires(store: Store) -> None:
    found = await scene(store)
    await acted(found, "hold_found", people(found, X), 7 * DAY)
    (row,) = await found.replies(X)
    assert row.due_at == row.expires_at - MINUTE


async def test_more_people_than_one_step_takes_are_muted_and_let_go(store: Store) -> None:
    many = SHARE + 30
    found = Scene(Bridge(store, TestClock(), RULES))
    wrote = [message(f"{text} violette", address=number(n)) for n, text in enumerate(ordinary()[:many])]
    await found.bridge.tell(*wrote)
    await found.bridge.fold()
    mute = await acted(found, "mute_found", people(found, *range(many)))
    assert await found.progress() == {"cancelled": many}
    await acted(found, "undo", mute)
    assert await found.progress() == {"held": many}


async def test_whoever_never_wrote_cannot_be_named(store: Store) -> None:
    found = await scene(store)
    await acted(found, "mute_found", "0" * 32 + people(found, X))
    rows = await found.rows(select(mutes.c.sender))
    assert [row.sender for row in rows] == [people(found, X)]
    await acted(found, "mute_found", "0" * 32)
    assert await outcome(found) == ("refused", "unknown_target")


async def ruling(found: Scene, does: str, *spared: int, length: Micros | None = None) -> str:
    known = frozenset(found.bridge.journal.sender("sms", number(n)) for n in spared)
    return await acted(found, f"rule_{does}", str(Ruling("vi0lette", known)), length)


async def test_a_rule_mutes_whoever_writes_it_next_and_says_so(store: Store) -> None:
    found = await scene(store)
    rule = await ruling(found, "mute")
    await found.told([(7, TOKEN), (8, "Bonjour, tu es libre demain ?")])
    (caught,), (other,) = await found.decisions(7), await found.decisions(8)
    assert [(one.code, dict(one.data)) for one in caught.reasons] == [
        (Why.CAUGHT_BY_RULE, {"rule": rule[:8]})
    ]
    assert await replies(found, 7) == [MUTED]
    assert (await muted_until(found, 7), await muted_until(found, 8)) == (
        found.bridge.clock() - 2_000_000 + DAY,
        None,
    )
    assert other.action == "replied"
    assert await store.read(looks.caught) == {rule: 1}
    assert await muted_until(found, X) is None  # it is about who comes next


async def test_why_says_which_rule_it_was(store: Store) -> None:
    found = await scene(store)
    rule = await ruling(found, "mute")
    await found.told([(7, TOKEN)])
    explaining = Explaining(store, found.bridge.journal.sender, ["sms"], found.bridge.clock, lambda: DAY)
    assert f"Rule #{rule[:8]}" in await explaining.tell((await found.sender(7)).handle, ENGLISH)


async def test_the_cards_say_which_rules_are_in_force_and_not_what_they_catch(store: Store) -> None:
    found = await scene(store)
    rule = await ruling(found, "mute")
    await found.told([(7, TOKEN)])
    bridge = found.bridge
    board = Board(
        store, bridge.clock, lambda: rules(RULES), lambda: {"sms": "on"}, journal=lambda: bridge.journal
    )
    (day,) = await board.cards()
    assert f"Rule #{rule[:8]} mutes" in day.lines[-1]
    assert "1 person" in day.lines[-1]
    assert "violette" not in str(day)
    home = await board.home()
    assert "vi0lette" in home.rules[0].told


async def test_a_rule_holds_whoever_writes_it_next_back_until_it_ends(store: Store) -> None:
    found = await scene(store)
    rule = await ruling(found, "hold", length=3 * HOUR)
    ends = found.bridge.clock() + 3 * HOUR
    await found.told([(7, TOKEN)])
    (reply,), (decision,) = await found.replies(7), await found.decisions(7)
    assert (reply.progress, reply.due_at) == (Progress.HELD, ends)
    assert decision.reasons[-1].code == Why.HELD_BY_RULE
    assert await store.read(looks.caught) == {rule: 1}


@pytest.mark.parametrize("does", ["mute", "hold"])
async def test_to_undo_a_rule_ends_it_and_lets_go_whom_it_caught(store: Store, does: str) -> None:
    found = await scene(store)
    rule = await ruling(found, does)
    await found.told([(7, TOKEN)])
    await acted(found, "undo", rule)
    await found.told([(8, TOKEN)])
    assert await replies(found, 7) == await replies(found, 8) == [HELD]
    assert (await muted_until(found, 7), await muted_until(found, 8)) == (None, None)
    assert (await found.replies(7))[0].due_at <= found.bridge.clock() + 10 * MINUTE


@pytest.mark.parametrize("does", ["mute", "hold"])
async def test_a_rule_that_is_ended_catches_nobody_more_and_leaves_whom_it_caught(
    store: Store, does: str
) -> None:
    found = await scene(store)
    rule = await ruling(found, does)
    await found.told([(7, TOKEN)])
    before = await replies(found, 7), (await found.replies(7))[0].due_at
    await acted(found, "end_rule", rule[:8])
    await found.told([(8, TOKEN)])
    assert (await replies(found, 7), (await found.replies(7))[0].due_at) == before
    assert await replies(found, 8) == [HELD]
    await acted(found, "undo", rule)
    assert await replies(found, 7) == [HELD]


async def test_a_rule_ends_by_itself_and_lasts_a_week_at_most(store: Store) -> None:
    found = await scene(store)
    await ruling(found, "mute", length=365 * DAY)
    (row,) = await found.rows(select(phrase_rules))
    assert row.until == found.bridge.clock() + LONGEST_RULE
    found.bridge.clock.pass_(LONGEST_RULE)
    await found.told([(7, TOKEN)])
    assert await muted_until(found, 7) is None


async def test_whoever_was_spared_or_answered_again_is_not_caught_anew(store: Store) -> None:
    found = await scene(store)
    await ruling(found, "mute", 7)
    await found.told([(7, TOKEN), (8, TOKEN)])
    await acted(found, "unmute", number(8))
    found.bridge.folding.memory = None  # as after a restart
    await found.told([(8, TOKEN)])
    assert (await muted_until(found, 7), await muted_until(found, 8)) == (None, None)


async def test_there_are_only_so_many_rules_at_a_time(store: Store) -> None:
    found = await scene(store)
    for n in range(MOST_RULES):
        await acted(found, "rule_hold", str(Ruling(f"mot{n}rare")))
    await acted(found, "rule_hold", str(Ruling("encore un")))
    assert await outcome(found) == ("refused", "too_many_rules")


async def test_what_a_rule_catches_stands_in_no_table_but_sealed(store: Store) -> None:
    found = await scene(store)
    await ruling(found, "mute")
    for table in (phrase_rules, acts, delays):
        assert "vi0lette" not in str([tuple(row) for row in await found.rows(select(table))])


async def test_a_replay_of_the_journal_catches_the_same(store: Store) -> None:
    found = await scene(store)
    await acted(found, "hold_found", people(found, X, Y))
    rule = await ruling(found, "mute")
    await found.told([(7, TOKEN), (8, TOKEN)])
    await acted(found, "unmute", number(8))
    await found.told([(8, TOKEN), (9, TOKEN)])
    again = await store.read(
        lambda connection: fold_again(JournalReader(connection, keys()), keys(), rules(RULES))
    )
    books = again.world.books
    assert {act for act, _ in books.mutes} == {rule}
    rows = await found.rows(select(mutes.c.sender).where(mutes.c.ended_by.is_(None)))
    assert sorted(who for _, who in books.mutes) == sorted(row.sender for row in rows)
