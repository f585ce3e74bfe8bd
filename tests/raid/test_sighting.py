"""A sighting: what is kept of a message, and what two writers have in common."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import Event, EventId, Message, SenderId
from bridge.noun import replace
from bridge.raid.copies import SHORTEST
from bridge.raid.sighting import Sighting, sight
from tests.support.clock import NOON
from tests.support.events import message

PASTE = "Le magasin rouvre demain à l'heure du déjeuner, et on y sera tous"
DISGUISES: dict[str, Callable[[str], str]] = {
    "capitals": str.upper,
    "without accents": lambda text: text.replace("à", "a").replace("é", "e"),
    "zero width": "\u200b".join,
    "full width": lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    "look-alikes": lambda text: text.translate(str.maketrans("aeop", "аеор")),
    "punctuation": lambda text: f"!!! {text.replace(',', ' ...')} ???",
    "emoji": lambda text: f"🎉 {text} 🎉",
    "drawn out": lambda text: text.replace("u", "uuuu"),
    "set apart": lambda text: "   ".join(" ".join(word) for word in text.split()),
}


def seen(what: Message, key: bytes = b"key", *, first: bool = True) -> Sighting:
    event = Event(EventId("0" * 32), SenderId("1" * 32), what.at, what)
    return sight(event, what, NOON, key, first=first)


def text(words: str) -> Sighting:
    return seen(message(words))


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_paste_has_the_letters_of_the_plain_one(disguise: str) -> None:
    assert text(DISGUISES[disguise](PASTE)).letters == text(PASTE).letters


def test_a_short_text_keeps_its_numbers_and_a_long_one_does_not() -> None:
    assert text("rendez-vous à 18 h").letters != text("rendez-vous à 19 h").letters
    assert text(PASTE + " 18").letters == text(PASTE + " 19").letters


@pytest.mark.parametrize("words", ["", "   ", "🎉🎉🎉", "?!", "\u200b\u200b", "salut !", "06 12 34 56 78"])
def test_what_says_little_is_too_short_to_be_copied(words: str) -> None:
    assert len(text(words).letters) < SHORTEST


def test_the_range_is_that_of_the_number_and_tells_nothing_without_the_key() -> None:
    near, nearer = message(address="+33612340001"), message(address="+33612349999")
    far = message(address="+33612350001")
    assert seen(near).block == seen(nearer).block != seen(far).block
    assert seen(near).block != seen(near, b"another key").block
    assert "1234" not in str(seen(near).block)


FREE = [
    replace(message(), channel="telegram", address="38612345678", metered=False),
    message(address="38200"),
    message(address="INFO"),
]


@pytest.mark.parametrize("what", FREE, ids=["telegram", "short code", "a name"])
def test_a_free_handle_and_a_short_code_have_no_range(what: Message) -> None:
    assert seen(what).block is None


@given(st.text(st.characters(codec=None, categories=None), max_size=200), st.booleans())
def test_any_text_can_be_seen_and_is_seen_the_same_twice(words: str, first: bool) -> None:
    once = seen(message(words, id_="SM1"), first=first)
    assert once == seen(message(words, id_="SM1"), first=first)
    assert once.first is first
    assert 0 <= once.suspicion <= 1000
