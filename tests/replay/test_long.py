"""A replay of any length says what one that remembers everything says, and remembers next to nothing."""

import json
import sqlite3
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import Misconfigured
from bridge.model import DAY, MINUTE
from bridge.replay import Label, Written, replay
from bridge.replay.laid_away import LaidAway
from bridge.replay.long import Labels, Lines, replay_long
from bridge.replay.report import page
from bridge.replay.run import SEED, Outcome, Reader
from bridge.replay.spool import Spool, open_spool
from bridge.replay.trace import Line
from bridge.replay.world import open_world
from bridge.responses import Responses
from bridge.simulate.scenarios import make
from tests.replay.support import PASTE, RULES, line, number, rules
from tests.support.examples import examples

POOR = RULES.replace(b"per_day: 50,", b"per_day: 0.2,").replace(b', "Quatre mots.", "Cinq mots."', b"")
"""Most of what is written waits for money in vain; and it makes a difference whether it was said."""

AT_NIGHT = POOR + b"quiet: {from: 20h, to: 9h}\n"
"""And what could be paid at night waits for the morning."""

TEXTS = (PASTE, PASTE, "salut", "STOP", "start", "", "tu fais quoi ce soir", "connasse", "\ud83d", "a" * 200)
LABELS: Sequence[Label] = ("ordinary", "raider")
TRACES = st.lists(
    st.tuples(
        st.integers(0, 3 * DAY // MINUTE) | st.integers(0, 90),
        st.integers(1, 9),
        st.sampled_from(TEXTS),
        st.sampled_from(["sms", "telegram"]),
        st.sampled_from([*LABELS, None]),
    ),
    max_size=60,
)


def told(outcome: Outcome) -> tuple[list[str], str, str]:
    """All that is written of a replay."""
    return list(outcome.lines()), json.dumps(outcome.summary), page(outcome)


def at_length(
    spool: Spool, trace: Sequence[Line], labels: dict[str, Label], responses: Responses, at_hand: int = 1
) -> Outcome:
    """The replay of a trace, with so few people at hand."""
    lines, known = Lines(spool), Labels(spool)
    for one in trace:
        assert lines.add(one)
    for id_, label in labels.items():
        known.setdefault(id_, label)
    return replay_long(spool, lines, responses, known, at_hand=at_hand)


@given(TRACES, st.sampled_from([RULES, POOR, AT_NIGHT]), st.integers(1, 4))
@settings(max_examples=examples(40))
def test_it_says_what_a_replay_says_that_remembers_everything(
    told_of: list[tuple[int, int, str, str, Label | None]], source: bytes, at_hand: int
) -> None:
    trace = [
        Written(str(place), line(minute).at, channel, number(who), text)
        for place, (minute, who, text, channel, _) in enumerate(told_of)
    ]
    labels = {str(place): one[-1] for place, one in enumerate(told_of) if one[-1] is not None}
    with open_spool() as spool:
        outcome = at_length(spool, trace, labels, rules(source), at_hand)
        assert told(outcome) == told(replay(trace, rules(source), labels))


@pytest.mark.parametrize("scenario", ["weekend", "copies", "disguises", "calls", "television"])
def test_so_it_does_on_whole_scenarios(scenario: str) -> None:
    trace = make(scenario, seed=2, scale=0.02)
    with open_spool() as spool:
        outcome = at_length(spool, trace.messages, dict(trace.labels), rules(POOR))
        assert told(outcome) == told(replay(trace.messages, rules(POOR), trace.labels))


def test_what_waited_in_vain_below_others_is_not_taken_for_said() -> None:
    buried, above = [line(0, 1), line(1, 2), line(120, 1)], [line(1400, 3), line(1401, 4), line(1500, 5)]
    trace = [*buried, *above, line(1600, 6), line(3000, 1), line(3100, 1)]
    with open_spool() as spool:
        outcome = at_length(spool, trace, {}, rules(POOR))
        assert told(outcome) == told(replay(trace, rules(POOR), {}))
        *_, last = outcome.rows
    assert last.rule == "again"


def test_nothing_stays_in_memory_of_messages_people_and_replies() -> None:
    trace = [line(minute, minute % 50) for minute in range(200)]
    with open_spool() as spool:
        outcome = at_length(spool, trace, {}, rules(POOR))
        books, provider = outcome.world.books, outcome.world.provider
        assert [*books.decisions, *books.senders, *books.outbox, *books.borne, *provider.left_at] == []
        assert len(outcome.rows) == len(list(outcome.rows)) == 200


@pytest.mark.parametrize("source", [RULES, POOR], ids=["all are paid", "hardly anything is paid"])
def test_few_people_are_at_hand_beside_those_to_whom_something_is_to_become_due(source: bytes) -> None:
    world, read = open_world(rules(source), SEED, SEED), Reader(rules(source), SEED)
    with open_spool() as spool:
        world.laid_away = LaidAway(world.books, world.provider, spool, at_hand=5)
        for minute in range(100):
            one = line(minute, minute)
            world.take(read.event(one), one.at)
            world.laid_away.tidy(one.at)
            coming = sum(row.reply.due_at > one.at for row in world.books.outbox.values())
            assert len(world.books.senders) <= 2 * 5 + coming


def test_a_disk_without_room_is_told_in_a_sentence() -> None:
    with (
        pytest.raises(Misconfigured, match=r"cannot be written \(database or disk is full\): make room"),
        open_spool(),
    ):
        raise sqlite3.OperationalError("database or disk is full")
