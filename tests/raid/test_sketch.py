"""Sketch and likeness: near copies have much in common, and texts of their own nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.raid.sketch import LONGEST, SKETCH, likeness, sketch
from tests.raid.texts import own_words

PASTE = "lemagasinrouvredemainalheuredudejeuneretonyattendtoutlemonde"
TEXTS = st.text(st.characters(codec=None, categories=None), max_size=80)
EDITS = {
    "the same": PASTE,
    "a letter left out": PASTE[:20] + PASTE[21:],
    "a word changed": PASTE.replace("demain", "lundi"),
    "a word before": "salut" + PASTE,
    "a random tail": PASTE + "xqzvk",
}


@pytest.mark.parametrize("edited", EDITS.values(), ids=EDITS)
def test_a_small_edit_leaves_much_in_common(edited: str) -> None:
    assert likeness(PASTE, edited) > 0.7
    assert len(set(sketch(PASTE, 7)) & set(sketch(edited, 7))) >= SKETCH // 2


def test_texts_of_ones_own_have_next_to_nothing_in_common() -> None:
    texts = [own_words(n).replace(" ", "") for n in range(60)]
    assert max(likeness(one, other) for one in texts for other in texts if one != other) < 0.3


def test_another_key_makes_another_sketch() -> None:
    """Nobody outside can write texts that crowd into one sketch."""
    assert not set(sketch(PASTE, 1)) & set(sketch(PASTE, 2**31))


def test_only_the_beginning_of_a_long_text_is_compared() -> None:
    long = own_words(1, 120).replace(" ", "")
    assert len(long) > LONGEST
    assert likeness(long, long[:LONGEST] + own_words(2, 50)) == 1.0


@given(TEXTS, st.integers(0, 2**32 - 1))
def test_a_sketch_is_small_ordered_and_the_same_every_time(letters: str, key: int) -> None:
    made = sketch(letters, key)
    assert made == sketch(letters, key) == tuple(sorted(set(made)))
    assert len(made) <= SKETCH
    assert all(0 <= one < 2**32 for one in made)


@given(TEXTS, TEXTS)
def test_likeness_is_mutual_a_share_and_whole_for_the_same_text(one: str, other: str) -> None:
    assert 0.0 <= likeness(one, other) == likeness(other, one) <= 1.0
    assert likeness(one, one) == 1.0
