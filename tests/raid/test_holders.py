"""Holders: who holds most of a few hashes, as plain counting tells it, and in one order in every process."""

from collections import Counter
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from bridge.model import EventId
from bridge.raid.holders import LEAST, Holders

HASHES = st.lists(st.integers(0, 12), max_size=8, unique=True)


@given(st.lists(st.tuples(HASHES, st.booleans()), max_size=80), HASHES, st.integers(1, 9))
def test_those_who_hold_most_come_first_then_by_the_hash_and_the_oldest_first(
    told: list[tuple[list[int], bool]], asked: list[int], most: int
) -> None:
    holders, held, places = Holders(), dict[EventId, list[int]](), dict[EventId, int]()
    for number, (hashes, leaves) in enumerate(told):
        who = EventId(f"{997 * number % 100:02}")  # names that do not rise as they come
        held[who], places[who] = hashes, holders.add(who, hashes)
        if leaves:
            oldest = next(iter(held))
            holders.remove(places[oldest], held.pop(oldest))
        assert_held(holders, held)
        assert holders.sharing(asked, most) == _counted(held, asked)[:most]


def _counted(held: Mapping[EventId, list[int]], asked: list[int]) -> list[EventId]:
    common = Counter(who for one in asked for who in held if one in held[who])
    several = [who for who in common if common[who] >= LEAST]
    return sorted(several, key=lambda who: -common[who])


def assert_held(holders: Holders, held: Mapping[EventId, object]) -> None:
    """Of every hash they know exactly those who hold it, and of nobody else's."""
    told = {
        (one, holders.known[place][1])
        for one, places in holders.holding.items()
        for place in range(places.bit_length())
        if places >> place & 1
    }
    assert told == {(one, who) for who, hashes in held.items() for one in _each(hashes)}
    assert all(holders.holding.values())


def _each(hashes: object) -> list[int]:
    assert isinstance(hashes, list | tuple)
    return list(hashes)


def test_places_are_given_again() -> None:
    holders = Holders()
    for number in range(100):
        holders.remove(holders.add(EventId(str(number)), [1, 2]), [1, 2])
    assert len(holders.known) == 1
    assert not holders.holding
