"""The histogram of what is usual: what it says, and what nobody can teach it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bridge.raid.histogram import HIGHEST, LOWEST, MOST, Histogram

SUSPICIONS = st.integers(0, 1000)
TAUGHT = st.lists(st.tuples(SUSPICIONS, st.integers(1, MOST)), max_size=20)
SHARES = st.floats(0, 1)


def taught(lessons: list[tuple[int, int]]) -> Histogram:
    histogram = Histogram()
    for suspicion, people in lessons:
        histogram.count(suspicion, people)
    return histogram


def test_before_anybody_wrote_something_is_assumed() -> None:
    fresh = Histogram()
    assert fresh.seen == 0
    assert LOWEST < fresh.exceeded_by(0.02) <= HIGHEST
    assert fresh.share_above(0) == 1.0


def test_what_is_usual_is_learned() -> None:
    mild = taught([(100, 5_000), (600, 50)])
    rough = taught([(100, 5_000), (600, 500)])
    assert mild.exceeded_by(0.02) < 600 < rough.exceeded_by(0.02)


def test_old_days_fade() -> None:
    histogram = taught([(850, MOST)])
    for _ in range(10):
        histogram.count(100, MOST)
    assert histogram.exceeded_by(0.02) == LOWEST


def test_halving_keeps_the_shares_and_counts_people_anew() -> None:
    histogram = taught([(100, MOST)])
    before = histogram.share_above(500)
    histogram.count(100)
    assert histogram.seen <= MOST // 2 + 1
    assert abs(histogram.share_above(500) - before) < 0.001


@given(TAUGHT, SHARES)
def test_a_poisoned_histogram_stays_within_its_limits(lessons: list[tuple[int, int]], share: float) -> None:
    assert LOWEST <= taught(lessons).exceeded_by(share) <= HIGHEST


@given(TAUGHT, SHARES)
def test_no_more_than_the_share_are_above_unless_a_limit_says_otherwise(
    lessons: list[tuple[int, int]], share: float
) -> None:
    histogram = taught(lessons)
    bar = histogram.exceeded_by(share)
    assert bar == HIGHEST or histogram.share_above(bar) <= share + 1e-9


@given(TAUGHT)
def test_shares_fall_as_the_suspicion_rises_and_never_below_zero(lessons: list[tuple[int, int]]) -> None:
    histogram = taught(lessons)
    shares = [histogram.share_above(suspicion) for suspicion in range(0, 1001, 10)]
    assert all(higher >= lower >= 0 for higher, lower in pairwise(shares))
    assert all(count >= 0 for count in histogram.counts)


@given(TAUGHT, SUSPICIONS, SUSPICIONS)
def test_a_bar_for_a_larger_share_is_never_higher(
    lessons: list[tuple[int, int]], one: int, other: int
) -> None:
    histogram, (small, large) = taught(lessons), sorted((one / 1000, other / 1000))
    assert histogram.exceeded_by(large) <= histogram.exceeded_by(small)
