"""How doubtful is too doubtful: estimated from the mix that arrives, held against mixes that are known."""

from collections.abc import Iterable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.raid.histogram import Histogram
from bridge.raid.odds import BANDS, NEWEST, Mix, bar_of, tells

CALM, HOSTILE = (2.0, 8.0), (5.0, 2.5)
"""How suspicious ordinary first texts look, and those of a raid: shapes of a beta distribution."""


def suspicions(shape: tuple[float, float], count: int, seed: int) -> list[int]:
    rng = Random(seed)
    return [round(1000 * rng.betavariate(*shape)) for _ in range(count)]


def mixed(suspicions: Iterable[int], most: int = 10_000) -> Mix:
    """A mix that took these in, one by one."""
    mix = Mix(most)
    for one in suspicions:
        mix.add(one)
    return mix


def usual() -> Histogram:
    """What 5,000 calm first texts have taught."""
    histogram = Histogram()
    for one in suspicions(CALM, 5_000, 1):
        histogram.count(one)
    return histogram


MIXES = [(500, 5_000), (500, 500), (1_500, 2_000), (50, 500)]


@pytest.mark.parametrize(("people", "raiders"), MIXES)
@pytest.mark.parametrize("pays", [1, 6, 20])
def test_behind_the_bar_stand_as_many_raiders_to_a_person_as_one_would_not_pay_for(
    people: int, raiders: int, pays: int
) -> None:
    ordinary, hostile = suspicions(CALM, people, 2), suspicions(HOSTILE, raiders, 3)
    bar = bar_of(mixed([*ordinary, *hostile]), usual(), pays)
    lost = sum(one >= bar for one in ordinary)
    kept_back = sum(one >= bar for one in hostile)
    assert kept_back >= pays * lost
    near = range(bar - 100, bar)
    at_the_bar = sum(one in near for one in hostile), sum(one in near for one in ordinary)
    assert at_the_bar[0] <= 3 * pays * max(1, at_the_bar[1])


def test_the_more_one_pays_for_a_person_the_fewer_wait() -> None:
    mix = mixed([*suspicions(CALM, 500, 4), *suspicions(HOSTILE, 3_000, 5)])
    bars = [bar_of(mix, usual(), pays) for pays in (0.5, 1, 2, 4, 8, 16, 32)]
    assert bars == sorted(bars)
    assert bars[0] < bars[-1]


@pytest.mark.parametrize(("count", "mixes"), [(60, 1_000), (64, 1_000), (150, 500), (400, 250), (1_500, 60)])
def test_without_a_raid_hardly_anybody_waits(count: int, mixes: int) -> None:
    """Chance keeps `n` people back where fewer than `n` / 7 were to be expected: by Chernoff's bound each
    further one is a third as likely, and no number is impossible. So it is shares that are held, of mixes
    that are the same in every run: four wait in one mix of a thousand, such as the 64 texts of seed 2719."""
    told = usual()
    waiting = [waiting_among(suspicions(CALM, count, seed), told) for seed in range(mixes)]
    assert sum(waiting) <= 0.004 * count * mixes
    assert sum(one > max(3, 0.02 * count) for one in waiting) <= 0.005 * mixes


def test_without_a_raid_as_few_as_wait_by_chance_wait_in_an_odd_mix() -> None:
    assert waiting_among(suspicions(CALM, 64, 2719), usual()) == 4


def waiting_among(calm: list[int], told: Histogram) -> int:
    bar = bar_of(mixed(calm), told, 6)
    return sum(one >= bar for one in calm)


@pytest.mark.parametrize("mix", [[0] * 100, [1000] * 100, [500] * 100, [0, 1000] * 50])
def test_no_mix_is_too_odd(mix: list[int]) -> None:
    assert 0 <= bar_of(mixed(mix), Histogram(), 6) <= 1050


@pytest.mark.parametrize(("raiders", "accused"), [(20, 0.0), (100, 0.2), (3_000, 0.85)])
def test_a_text_alone_accuses_the_more_the_larger_the_raid(raiders: int, accused: float) -> None:
    ordinary, hostile = suspicions(CALM, 600, 6), suspicions(HOSTILE, raiders, 7)
    mix = [*ordinary, *hostile]
    Random(8).shuffle(mix)
    newest, told = mixed(mix, NEWEST), usual()
    found = sum(tells(one, newest, told) for one in hostile)
    wronged = sum(tells(one, newest, told) for one in ordinary)
    assert found >= accused * raiders
    assert wronged <= 0.05 * (found + wronged)


def test_what_is_known_of_few_calm_texts_accuses_less() -> None:
    mix = [*suspicions(CALM, 200, 9), *suspicions(HOSTILE, 100, 10)]
    few = Histogram()
    for one in suspicions(CALM, 200, 11):
        few.count(one)
    newest = mixed(mix, NEWEST)
    of_many, of_few = (sum(tells(one, newest, told) for one in mix) for told in (usual(), few))
    assert of_few < of_many


@given(came=st.lists(st.integers(0, 1000), max_size=60), most=st.integers(1, 30))
def test_what_is_counted_is_what_stands_in_the_mix(came: list[int], most: int) -> None:
    mix, kept = mixed(came, most), came[-most:]
    assert list(mix.suspicions) == kept
    assert mix.counts == [sum(one // 50 == band for one in kept) for band in range(BANDS)]
    mix.clear()
    assert (len(mix), sum(mix.counts)) == (0, 0)


def test_the_shares_of_bands_follow_what_is_learned() -> None:
    histogram = Histogram()
    before = histogram.bands(50)
    histogram.count(990, people=100)
    after = histogram.bands(50)
    assert sum(before) == pytest.approx(1)
    assert sum(after) == pytest.approx(1)
    assert after[19] > before[19]
    assert len(histogram.bands(500)) == 3
