"""Pseudonyms: the same for the same person, different for anybody else, and silent about the number."""

import re
from itertools import islice
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import SenderId
from bridge.privacy.pseudonym import _SPACE, _STRIDE, event_id, handles, sender_id
from bridge.privacy.wordlist import ADJECTIVES, ANIMALS

KEY = b"k" * 32
MAN = "+33612345678"
SPACE = len(ADJECTIVES) * len(ANIMALS) * 100

CHANNELS = st.sampled_from(["sms", "telegram", "slack", "command", "post"])
"""Names of entry points; none holds a colon."""

ODD = st.text(st.characters(categories=["L", "N", "P", "S", "Z", "C"]), max_size=20)
"""Lone surrogates and controls included: an address is what a provider says it is."""

PEOPLE = st.tuples(st.binary(min_size=16, max_size=32), CHANNELS, ODD)
SENDERS = st.integers(0, 2**128 - 1).map(lambda number: SenderId(f"{number:032x}"))


@given(PEOPLE, PEOPLE)
def test_a_sender_depends_on_key_channel_and_address_and_on_nothing_else(
    one: tuple[bytes, str, str], other: tuple[bytes, str, str]
) -> None:
    assert (sender_id(*one) == sender_id(*other)) == (one == other)
    assert sender_id(*one) == sender_id(*one)


@given(st.tuples(CHANNELS, CHANNELS, ODD), st.tuples(CHANNELS, CHANNELS, ODD))
def test_an_event_is_the_same_only_for_the_same_channel_kind_and_provider_id(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (event_id(*one) == event_id(*other)) == (one == other)


@given(PEOPLE)
def test_ids_are_32_hexadecimal_digits(person: tuple[bytes, str, str]) -> None:
    for made in (sender_id(*person), event_id("sms", "message", person[2])):
        assert re.fullmatch(r"[0-9a-f]{32}", made)


def test_without_the_key_a_number_leads_to_nobody() -> None:
    keys = [bytes([n]) * 32 for n in range(200)]
    assert len({sender_id(key, "sms", MAN) for key in keys}) == 200


@given(SENDERS)
def test_a_senders_handles_are_the_same_every_time_and_all_different(sender: SenderId) -> None:
    some = list(islice(handles(sender), 500))
    assert some == list(islice(handles(sender), 500))
    assert len(set(some)) == 500


@given(SENDERS)
def test_a_handle_is_two_words_of_ours_and_two_digits(sender: SenderId) -> None:
    adjective, animal, number = next(handles(sender)).split("-")
    assert adjective in ADJECTIVES
    assert animal in ANIMALS
    assert re.fullmatch(r"[0-9]{2}", number)


def test_every_handle_there_is_comes_up_before_one_comes_twice() -> None:
    """Walking in steps through a circle meets every place just when step and circle share no divisor."""
    assert gcd(_STRIDE, SPACE) == 1
    assert _SPACE == SPACE


def test_neighbours_look_unlike() -> None:
    first = [next(handles(SenderId(f"{n:032x}"))) for n in range(0, 100 * len(ANIMALS), 100)]
    assert len({handle.split("-")[1] for handle in first}) == len(ANIMALS)
    one, two = islice(handles(SenderId("0" * 32)), 2)
    assert one.split("-")[0] != two.split("-")[0]


@pytest.mark.parametrize("words", [ADJECTIVES, ANIMALS], ids=["adjectives", "animals"])
def test_words_are_lower_case_ascii_and_none_stands_twice(words: tuple[str, ...]) -> None:
    assert all(re.fullmatch(r"[a-z]{2,12}", word) for word in words)
    assert len(set(words)) == len(words)
    assert list(words) == sorted(words)


def test_no_word_is_an_adjective_and_an_animal() -> None:
    assert not set(ADJECTIVES) & set(ANIMALS)


KNOWN = [
    (f"{0:032x}", "able-adder-00"),
    (f"{1:032x}", "able-adder-01"),
    (f"{100:032x}", "able-albatross-00"),
    (f"{SPACE - 1:032x}", "zesty-zebra-99"),
    (sender_id(KEY, "sms", MAN), "daily-crab-81"),
]


@pytest.mark.parametrize(("sender", "handle"), KNOWN)
def test_the_order_of_words_is_fixed_for_ever(sender: str, handle: str) -> None:
    assert next(handles(SenderId(sender))) == handle
