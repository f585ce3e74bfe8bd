"""Blocks: fresh numbers of one range that are too many, measured against all fresh numbers."""

from collections import Counter
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import HOUR, MINUTE, SECOND, Micros
from bridge.raid import blocks as room
from bridge.raid.blocks import FEW, SENDERS, WINDOW_TIME, Blocks
from bridge.raid.sighting import Finding
from tests.raid.sightings import sighting, who
from tests.support.clock import NOON

HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(["a", "a", "a", "b", "c", None]),
        st.sampled_from([0, SECOND, MINUTE, HOUR // 2]),
        st.booleans(),
    ),
    max_size=150,
)


def met(
    blocks: Blocks,
    block: str | None,
    sender: int,
    *,
    at: Micros = NOON,
    first: bool = True,
    raid: bool = False,
) -> Finding | None:
    """One message, looked at and taken in as the detector does it."""
    seen = sighting(sender, at=at, first=first, block=block)
    found = blocks.look(seen, raid=raid)
    blocks.add(seen, convicted=found is not None)
    return found


def elsewhere(blocks: Blocks, people: int) -> None:
    """So many fresh numbers from all over the country."""
    for n in range(people):
        assert met(blocks, f"elsewhere {n}", 10_000 + n) is None


def crowded(blocks: Blocks, people: int, block: str = "here", begin: int = 0) -> list[Finding | None]:
    return [met(blocks, block, begin + n) for n in range(people)]


def test_the_twenty_fifth_fresh_number_of_one_range_makes_a_block_of_all_of_them() -> None:
    blocks = Blocks()
    elsewhere(blocks, FEW)
    *before, found = crowded(blocks, SENDERS)
    assert before == [None] * (SENDERS - 1)
    assert found is not None
    assert (found.kind, found.grave, found.messages) == ("blocks", True, SENDERS)
    assert found.members == tuple(sorted(who(n) for n in range(SENDERS)))


def test_whoever_comes_later_from_that_range_is_found_at_once_while_a_raid_is_on() -> None:
    blocks = Blocks()
    elsewhere(blocks, FEW)
    crowded(blocks, SENDERS)
    found = met(blocks, "here", 99, raid=True)
    assert found is not None
    assert found.members == (who(99),)


def test_the_threshold_grows_with_what_arrives() -> None:
    blocks = Blocks()
    elsewhere(blocks, 3_900)
    assert crowded(blocks, SENDERS + 5) == [None] * (SENDERS + 5)
    assert crowded(blocks, 20, begin=500)[-1] is not None


def test_where_all_ranges_are_full_none_is() -> None:
    blocks = Blocks()
    found = [met(blocks, f"range {n % 20}", n) for n in range(20 * SENDERS * 2)]
    assert found == [None] * len(found)


def test_where_everybody_comes_from_one_range_there_is_nothing_to_compare_it_with() -> None:
    blocks = Blocks()
    assert crowded(blocks, 200) == [None] * 200


@pytest.mark.parametrize(("block", "first"), [("here", False), (None, True)])
def test_known_senders_and_free_handles_never_count(block: str | None, first: bool) -> None:
    blocks = Blocks()
    elsewhere(blocks, FEW)
    assert all(met(blocks, block, n, first=first) is None for n in range(200))
    assert len(blocks.window) == FEW


def test_fresh_numbers_hours_apart_are_no_block() -> None:
    blocks = Blocks()
    elsewhere(blocks, FEW)
    apart = WINDOW_TIME // (SENDERS - 3)
    assert all(met(blocks, "here", n, at=NOON + n * apart) is None for n in range(100))


def test_what_is_older_than_an_hour_does_not_count_though_nobody_wrote_meanwhile() -> None:
    blocks = Blocks()
    elsewhere(blocks, FEW)
    crowded(blocks, SENDERS - 1)
    assert met(blocks, "here", 99, at=NOON + 5 * HOUR) is None


def test_an_excused_range_stays_excused_and_another_one_does_not() -> None:
    blocks = Blocks()
    elsewhere(blocks, 50)
    crowded(blocks, SENDERS)
    blocks.excuse()
    assert crowded(blocks, 100, begin=100) == [None] * 100
    assert crowded(blocks, 2 * SENDERS, "there", begin=500)[-1] is not None


def test_what_left_the_window_is_forgotten_everywhere() -> None:
    blocks = Blocks()
    elsewhere(blocks, 50)
    crowded(blocks, SENDERS)
    blocks.excuse()
    crowded(blocks, SENDERS, "there", begin=500)
    met(blocks, "later", 1_000, at=NOON + WINDOW_TIME + 1)
    assert blocks.counts == {"later": 1}
    assert not blocks.convicted
    assert not blocks.excused


@given(HAPPENINGS, st.booleans())
def test_the_counts_are_those_of_the_window_and_a_look_changes_nothing(
    told: list[tuple[str | None, Micros, bool]], raid: bool
) -> None:
    blocks, now = Blocks(), NOON
    elsewhere(blocks, FEW)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(room, "WINDOW", 60)
        for n, (block, wait, first) in enumerate(told):
            now += wait
            before = deepcopy(blocks)
            blocks.look(sighting(n, at=now, first=first, block=block), raid=raid)
            assert blocks == before
            met(blocks, block, n, at=now, first=first, raid=raid)
            if n % 40 == 39:
                blocks.excuse()
            assert len(blocks.window) <= 60
            assert blocks.counts == Counter(one for _, one, _ in blocks.window)
            assert all(count > 0 for count in blocks.counts.values())
            assert blocks.convicted | blocks.excused <= set(blocks.counts)
            assert not blocks.convicted & blocks.excused
