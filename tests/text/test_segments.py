import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from bridge.text.segments import Costly, Size, cheaper, costly, measure

_SMS = st.text(alphabet="abc éèàê€[]\n😀’ç", max_size=400) | st.text(max_size=200)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", Size("GSM-7", 1)),
        ("a" * 160, Size("GSM-7", 1)),
        ("a" * 161, Size("GSM-7", 2)),
        ("a" * 306, Size("GSM-7", 2)),
        ("a" * 307, Size("GSM-7", 3)),
        ("é" * 160, Size("GSM-7", 1)),
        ("€" * 80, Size("GSM-7", 1)),
        ("€" * 81, Size("GSM-7", 2)),
        ("ê" * 70, Size("UCS-2", 1)),
        ("a" * 70 + "ê", Size("UCS-2", 2)),
        ("a" * 149 + "ê", Size("UCS-2", 3)),
        ("😀" * 35, Size("UCS-2", 1)),
        ("😀" * 36, Size("UCS-2", 2)),
        ("\ud83d", Size("UCS-2", 1)),
    ],
)
def test_segments_are_those_of_the_standard(text: str, size: Size) -> None:
    assert measure(text) == size


@given(_SMS.filter(bool))
def test_the_measure_is_that_of_smsutil(text: str) -> None:
    split = smsutil.split(text)
    assert measure(text).segments == len(split.parts)
    assert (measure(text).encoding == "GSM-7") == (split.encoding == "gsm0338")


@pytest.mark.parametrize(
    ("character", "instead"),
    [
        *zip("êëçâîïôûÀÈÊ", "eecaiiouAEE", strict=True),
        ("œ", "oe"),
        ("’", "'"),
        ("“", '"'),
        ("«", '"'),
        ("–", "-"),
        ("…", "..."),
        ("·", "."),
        ("°", "o"),
        ("\u00a0", " "),
        ("\u202f", " "),
        ("²", "2"),
        ("™", "TM"),
        ("😀", ""),
        ("❤", ""),
        ("\u200b", ""),
        ("e\u0301", "é"),
        ("c\u0327", "c"),
        ("ш", None),
        ("م", None),
        ("中", None),
    ],
)
def test_what_turns_a_text_into_ucs2_comes_with_what_to_write_instead(
    character: str, instead: str | None
) -> None:
    assert costly(f"oui {character} non") == (Costly(character, 1, instead, twice=False),)


@pytest.mark.parametrize(("character", "instead"), [("[", "("), ("}", ")"), ("|", "/"), ("€", None)])
def test_what_counts_twice_comes_with_what_counts_once(character: str, instead: str | None) -> None:
    assert costly(character) == (Costly(character, 1, instead, twice=True),)


@pytest.mark.parametrize("character", "éèàùìòÇÉÑñäöüÄÖÜßåÅæÆøØ@£$¥§¿¡\n")
def test_characters_of_the_alphabet_cost_nothing_more(character: str) -> None:
    assert costly(character) == ()


def test_costly_characters_are_counted_in_the_order_of_the_text() -> None:
    assert [(it.character, it.count) for it in costly("être prêt, ça ira")] == [("ê", 2), ("ç", 1)]


@pytest.mark.parametrize(
    ("text", "cheap"),
    [
        ("Tu peux être sûr…", "Tu peux etre sur..."),
        ("« oui »\u202f!", '" oui " !'),
        ("👍🏽 ok ❤️ 👩‍👩‍👧", " ok  "),
        ("de\u0301ja\u0300", "déjà"),
        ("привет ê", "привет e"),
    ],
)
def test_a_cheaper_text_says_the_same(text: str, cheap: str) -> None:
    assert cheaper(text) == cheap


@given(_SMS)
def test_a_cheaper_text_is_never_dearer(text: str) -> None:
    assert measure(cheaper(text)).segments <= measure(text).segments


@given(_SMS)
def test_a_text_is_ucs2_exactly_when_some_character_makes_it_so(text: str) -> None:
    assert any(not it.twice for it in costly(text)) == (measure(text).encoding == "UCS-2")
