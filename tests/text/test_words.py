import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.text.tokens import fold, words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Désolé", "desole"),
        ("DÉSOLÉ", "desole"),
        ("de\u0301sole\u0301", "desole"),
        ("ÇA  va\t?\n", "ca va ?"),
        ("Straße", "strasse"),
        ("cœur, Œuf, æon", "coeur, oeuf, aeon"),
        ("ｓａｌｕｔ", "salut"),
        ("mer\u200bci\u00ad", "merci"),
        ("İstanbul", "istanbul"),
        ("٣ مرحبًا", "٣ مرحبا"),
        ("", ""),
    ],
)
def test_case_accents_and_spacing_make_no_difference(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_and_composition_never_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("T'es où ?", ("t", "es", "ou")),
        ("T’es où ?", ("t", "es", "ou")),
        ("rendez-vous à 20h15", ("rendez", "vous", "a", "20h15")),
        ("a_b", ("a", "b")),
        ("😀 !!! …", ()),
        ("\ud83d demi", ("demi",)),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, found: tuple[str, ...]) -> None:
    assert words(text) == found
