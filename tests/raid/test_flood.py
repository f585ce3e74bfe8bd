"""Flood: when one sender's messages are too many, and when several such senders are a raid."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import HOUR, MINUTE, SECOND, Micros
from bridge.raid.flood import LOUD, MANY, SEVERAL, WINDOW, Flood
from bridge.raid.sighting import Finding
from tests.raid.sightings import after, sighting, who
from tests.support.clock import NOON

HAPPENINGS = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 5 * MINUTE)), max_size=120)


def met(flood: Flood, sender: int, at: Micros) -> Finding | None:
    """One message, looked at and taken in."""
    seen = sighting(sender, at=at)
    found = flood.look(seen)
    flood.add(seen)
    return found


def flooded(flood: Flood, sender: int, begin: Micros = NOON, messages: int = LOUD) -> Finding | None:
    """So many messages within seconds; what the last of them shows."""
    return [met(flood, sender, begin + n * SECOND) for n in range(messages)][-1]


def test_the_team_hears_of_a_sender_from_the_twentieth_message_on() -> None:
    flood = Flood()
    assert flooded(flood, 1, messages=LOUD - 1) is None
    found = met(flood, 1, after(LOUD))
    assert found is not None
    assert (found.kind, found.key, found.members) == ("flood", who(1), (who(1),))


def test_a_flood_is_counted_whole_when_it_is_first_seen_and_then_one_by_one() -> None:
    flood = Flood()
    counted = [found.messages for n in range(3 * LOUD) if (found := met(flood, 1, after(n))) is not None]
    assert counted == [LOUD] + [1] * (2 * LOUD)


def test_messages_far_apart_are_no_flood_however_many() -> None:
    flood = Flood()
    apart = WINDOW // (MANY - 1) + 1
    assert [met(flood, 1, after(n, apart)) for n in range(200)] == [None] * 200
    assert flood.count(sighting(at=after(200, apart))) < MANY


def test_messages_of_different_people_are_not_counted_together() -> None:
    flood = Flood()
    assert all(met(flood, n, NOON) is None for n in range(1_000))
    assert flood.count(sighting(1)) == 2


@pytest.mark.parametrize(("senders", "grave"), [(1, False), (SEVERAL - 1, False), (SEVERAL, True)])
def test_one_who_floods_is_an_odd_person_and_several_are_a_raid(senders: int, grave: bool) -> None:
    flood = Flood()
    found = [flooded(flood, sender) for sender in range(senders)][-1]
    assert found is not None
    assert found.grave is grave


def test_floods_hours_apart_are_not_counted_together() -> None:
    flood = Flood()
    found = [flooded(flood, sender, NOON + sender * HOUR) for sender in range(5)]
    assert [one is not None and one.grave for one in found] == [False] * 5


def test_senders_are_forgotten_who_have_been_silent() -> None:
    flood = Flood()
    for n in range(1_000):
        met(flood, n, NOON)
    for n in range(1_000):
        met(flood, 5_000, NOON + HOUR + n * MINUTE)
    assert set(flood.recent) == {who(5_000)}
    assert not flood.loud


@given(HAPPENINGS)
def test_a_look_changes_nothing(told: list[tuple[int, Micros]]) -> None:
    flood, now = Flood(), NOON
    for sender, wait in told:
        now += wait
        before = deepcopy(flood)
        flood.look(sighting(sender, at=now))
        assert flood == before
        met(flood, sender, now)


@given(HAPPENINGS)
def test_a_count_is_that_of_the_window_and_memory_is_that_of_the_newest(
    told: list[tuple[int, Micros]],
) -> None:
    flood, now, times = Flood(), NOON, list[tuple[int, Micros]]()
    for sender, wait in told:
        now += wait
        within = [at for one, at in times if one == sender and now - at < WINDOW]
        assert flood.count(sighting(sender, at=now)) == 1 + min(LOUD, len(within))
        met(flood, sender, now)
        times.append((sender, now))
        assert all(0 < len(kept) <= LOUD for kept in flood.recent.values())
        assert set(flood.recent) >= {who(one) for one, at in times if now - at < WINDOW}
