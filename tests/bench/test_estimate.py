"""Means, intervals and ranks."""

from math import inf, isinf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.raids.estimate import at_most_a_run, estimate, percentile


def test_the_interval_of_a_mean_is_students() -> None:
    told = estimate([2.0, 4.0, 6.0])
    assert told.mean == 4.0
    # 4.303 * 2 / sqrt(3), from the table for two degrees of freedom
    assert told.high - told.mean == pytest.approx(4.969, abs=0.001)
    assert told.mean - told.low == pytest.approx(4.969, abs=0.001)


def test_many_runs_come_near_the_normal_quantile() -> None:
    told = estimate([0.0, 1.0] * 150)
    half = told.high - told.mean
    deviation = 0.5 * (300 / 299) ** 0.5
    assert half == pytest.approx(1.968 * deviation / 300**0.5, rel=1e-3)


def test_one_run_says_nothing_of_the_interval() -> None:
    told = estimate([7.0])
    assert isinf(told.high - told.low)


def test_what_never_happened_has_ranks_and_no_mean() -> None:
    told = estimate([3.0, 1.0, inf])
    assert (told.median, told.p95, told.mean) == (3.0, inf, inf)


@pytest.mark.parametrize(
    ("share", "value"), [(0.05, 1), (0.5, 10), (0.51, 11), (0.95, 19), (0.951, 20), (1, 20)]
)
def test_a_percentile_is_the_nearest_rank(share: float, value: int) -> None:
    assert percentile(range(20, 0, -1), share) == value


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=60))
def test_all_of_an_estimate_is_in_order(values: list[float]) -> None:
    told = estimate(values)
    slack = 1e-6 * (1 + told.most)
    assert told.low - slack <= told.mean <= told.high + slack
    assert told.least - slack <= told.mean <= told.most + slack
    assert told.least <= told.median <= told.p95 <= told.most


def test_nothing_in_three_hundred_runs_is_less_than_one_in_a_hundred() -> None:
    assert at_most_a_run(300) == pytest.approx(0.01)
