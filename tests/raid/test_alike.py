"""Texts are sorted by what most of them share, and stay in their group when another one is dealt with."""

from hypothesis import given
from hypothesis import strategies as st

from bridge.raid.alike import FEWEST, GROUPS, Group, grouped, telling

IDIOT = ("sale idiote va", "t'es une IDIOTE", "1d10te que tu es", "idioooote !!")
LIAR = ("menteuse", "grosse menteuse", "quelle menteuse")


def keys(groups: list[Group[int]]) -> list[tuple[int, bool]]:
    return [(len(one.members), one.alike) for one in groups]


def numbered(*texts: str) -> dict[int, str]:
    return dict(enumerate(texts))


def test_they_all_write_the_same_word_however_it_is_dressed() -> None:
    found = grouped(numbered(*IDIOT, *LIAR, "rien à voir", "autre chose encore"))
    assert keys(found) == [(4, True), (3, True), (2, False)]
    assert found[0].members == (0, 1, 2, 3)


def test_small_words_say_nothing_in_common() -> None:
    assert keys(grouped(numbered("tu es là", "tu es où", "tu es qui", "tu es bien"))) == [(4, False)]


def test_texts_that_are_the_same_and_hold_no_word_are_together() -> None:
    assert keys(grouped(numbered("pd", "PD", "Pd !", "ok"))) == [(3, True), (1, False)]


def test_nothing_and_signs_alone_are_texts_like_others() -> None:
    assert grouped({}) == []
    assert keys(grouped(numbered("", "", "", "!!!"))) == [(4, False)]


def test_a_key_says_nothing_of_the_word_and_is_the_same_whenever_it_is_asked() -> None:
    (first, *_), (second, *_) = grouped(numbered(*IDIOT)), grouped(numbered(*IDIOT, *LIAR, *IDIOT))
    assert first.key == second.key
    assert "idiote" in telling(IDIOT[0])
    assert len(first.key) == 8


Texts = st.dictionaries(
    st.integers(0, 60), st.lists(st.sampled_from(["alpha", "bravo", "delta", "echoes", "la"])).map(" ".join)
)


@given(Texts, st.integers(0, GROUPS))
def test_whoever_was_in_a_group_stays_in_it_when_another_one_is_taken_away(
    texts: dict[int, str], which: int
) -> None:
    groups = grouped(texts)
    assert sorted(one for group in groups for one in group.members) == sorted(texts)
    assert all(len(group.members) >= FEWEST for group in groups if group.alike)
    if not groups:
        return
    gone = groups[which % len(groups)]
    left = grouped({one: text for one, text in texts.items() if one not in gone.members})
    assert left == [group for group in groups if group is not gone]
