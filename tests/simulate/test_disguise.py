"""Disguises change what a machine reads and leave what a person reads; numbers and times are sound."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import HOUR, MINUTE
from bridge.simulate.disguise import TECHNIQUES, disguise
from bridge.simulate.numbers import Numbers
from bridge.simulate.scenarios import FRIDAY
from bridge.simulate.traffic import arrivals, burst, day_and_night, instant, wave, within

TEXT = "Ceci est un message assez long pour chaque technique"


@pytest.mark.parametrize("name", TECHNIQUES)
def test_every_technique_changes_a_text(name: str) -> None:
    assert TECHNIQUES[name](Random(1), TEXT, 1.0) != TEXT


@pytest.mark.parametrize("name", sorted(set(TECHNIQUES) - {"random-tail"}))
def test_without_strength_a_technique_changes_nothing(name: str) -> None:
    assert TECHNIQUES[name](Random(1), TEXT, 0.0) == TEXT


@pytest.mark.parametrize(
    ("name", "sign"),
    [("zero-width", "\u200b"), ("zalgo", "\u0300"), ("homoglyphs", "о"), ("leet", "3"), ("full-width", "ｅ")],
)
def test_a_technique_leaves_its_mark(name: str, sign: str) -> None:
    assert any(sign in TECHNIQUES[name](Random(seed), TEXT, 1.0) for seed in range(20))


def test_swapped_words_are_the_same_words() -> None:
    assert sorted(TECHNIQUES["word-swaps"](Random(1), TEXT, 1.0).split()) == sorted(TEXT.split())


def test_spaced_letters_are_the_same_letters() -> None:
    spaced = TECHNIQUES["spacing"](Random(1), TEXT, 1.0)
    assert "".join(filter(str.isalpha, spaced)) == "".join(filter(str.isalpha, TEXT))


@given(st.text(), st.integers())
def test_whatever_the_text_a_disguise_changes_it(text: str, seed: int) -> None:
    assert disguise(Random(seed), text) != text


def test_numbers_are_given_out_once_and_spread_over_the_ranges() -> None:
    numbers = Numbers(Random(1))
    drawn = [numbers.mobile() for _ in range(20_000)]
    assert len(set(drawn)) == 20_000
    assert {number[3] for number in drawn} == {"6", "7"}
    assert len({number[:6] for number in drawn}) > 150


def test_a_block_holds_no_number_that_was_given_out() -> None:
    numbers = Numbers(Random(1))
    block = numbers.block(9_000)
    assert len({number[:-4] for number in block}) == 1
    assert len(set(block)) == 9_000
    assert not {numbers.mobile() for _ in range(1_000)} & set(block)


@given(st.integers(1, 500), st.integers(0, 300), st.integers())
def test_arrivals_are_as_many_as_asked_in_order_and_within(minutes: int, count: int, seed: int) -> None:
    rng = Random(seed)
    for drawn in (
        arrivals(rng, FRIDAY, wave(minutes, rng), count),
        within(rng, FRIDAY, minutes * MINUTE, count),
    ):
        assert len(drawn) == count
        assert drawn == sorted(drawn)
        assert all(FRIDAY <= at < FRIDAY + minutes * MINUTE for at in drawn)


def test_evenings_are_busier_than_nights() -> None:
    intensity = day_and_night(instant(2017, 10, 27), 24 * HOUR)
    assert intensity[21 * 60] > 5 * intensity[5 * 60]


def test_a_burst_halves_with_time() -> None:
    intensity = [0.0] * 120
    burst(intensity, 10, 50.0, 12)
    assert intensity[9] == 0
    assert max(intensity) > 35
    assert intensity[50] == pytest.approx(2 * intensity[62])
