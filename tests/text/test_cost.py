"""What a message costs is bounded, whatever it holds and however long it is: three times an ordinary one."""

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.heart.books import Books
from bridge.heart.step import step
from bridge.model import Event, EventId, Message, SenderId
from bridge.raid.sighting import sight
from bridge.raid.suspicion import suspicion_of
from bridge.raid.suspicion.features import features_of
from bridge.responses import parse
from bridge.text import reading, tokens, unmask
from bridge.text.reading import read
from tests.support.clock import NOON
from tests.support.examples import examples
from tests.support.work import steps

RULES = parse(
    b"""
languages: [fr, en]
reply_once_per: 30d
hold: {min: 10m, max: 45m}
pot: {currency: EUR, total: 3300, per_hour: 30, per_day: 150, inbound_reserve: 20%}
prices: {sms: {in: 0.0075, out: {FR: 0.0763}}}
replies:
  - {id: police, when: {words: [police, tribunal]}, say: {fr: [Non.], en: [No.]}}
  - {id: again, when: {regex: "(a+)+$", language: [en]}, say: {fr: [Non.], en: [No.]}}
  - {id: first, when: {first: true}, say: {fr: [Non.], en: [No.]}}
""",
    name="responses.yaml",
)
ORDINARY = (
    "Salut, c'est Karim, on s'est vus hier soir au concert avec tes amies. Tu m'avais dit de t'appeler dans "
    "la semaine, alors voila ! Tu fais quoi samedi, on boit un verre ?"
)
MANY = 1_600


def work(text: str) -> int:
    """What one step takes, and every form of the text that it makes, a character a unit."""
    assert read(text).unmasked is not None  # what a character stands for is worked out once and for all
    reading._reading.cache_clear()
    suspicion_of.cache_clear()
    message = Message("sms", "1", "+33700000000", "+33612345678", text, NOON)
    event = Event(EventId("e" * 32), SenderId("5" * 32), NOON, message)
    taken = steps(lambda: step(Books(RULES, b"seed"), event, NOON))
    seen, said = sight(event, message, NOON, b"seed", first=True), read(text)
    forms = (said.text, said.folded, said.words, said.unmasked, seen.letters, features_of(said.unmasked))
    return taken + sum(map(len, forms))


def lasting_work(text: str) -> int:
    """What it takes again and again: the first time, a few things may be worked out for ever."""
    return min(work(text) for _ in range(2))


LIMIT = 3 * lasting_work(ORDINARY)
RARE = "".join(map(chr, range(0x10000, 0x10000 + MANY)))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("$" * MANY, id="a currency"),
        pytest.param("@€$" * MANY, id="currencies in turn"),
        pytest.param("$a" * MANY, id="a currency at each letter"),
        pytest.param("a$1" * MANY, id="a currency before a figure"),
        pytest.param("$1" * MANY + "!", id="currencies that stand for nothing"),
        pytest.param("a!b|c*" * MANY, id="punctuation for letters"),
        pytest.param("*" * MANY + "a", id="asterisks"),
        pytest.param("a" + "*" * MANY, id="asterisks behind a letter"),
        pytest.param("\ufdfa" * MANY, id="a ligature that unfolds to eighteen letters"),
        pytest.param("\ufdfb\u3316\u33ff" * MANY, id="other ligatures"),
        pytest.param("ﬃĳǆ" * MANY, id="ligatures of Latin letters"),
        pytest.param("e" + "\u0301\u0323\u20dd" * MANY, id="one letter under a heap of marks"),
        pytest.param("e\u0301\u0323" * MANY, id="marks on each letter"),
        pytest.param("\u0344\u1d160" * MANY, id="marks that unfold to marks"),
        pytest.param("\u202e\u2066a\u200f" * MANY, id="marks of direction"),
        pytest.param("\u200b" * MANY + ORDINARY, id="nothing visible, then a text"),
        pytest.param("१२३٤٥" * MANY, id="figures of other scripts"),
        pytest.param("1 2 3 " * MANY, id="figures set apart"),
        pytest.param("1234567890" * MANY, id="one long number"),
        pytest.param("a b c d " * MANY, id="letters set apart"),
        pytest.param("a b cd " * MANY, id="letters nearly set apart"),
        pytest.param("a.b-c_d/" * MANY, id="letters set apart by signs"),
        pytest.param("a" * MANY, id="one letter"),
        pytest.param("aaabbb" * MANY, id="letters thrice"),
        pytest.param("aabb" * MANY, id="letters twice"),
        pytest.param("abcdefghijklmnopqrstuvwxyz" * MANY, id="one word"),
        pytest.param("le la de je " * MANY, id="small words"),
        pytest.param(" ".join(f"mot{n}" for n in range(MANY)), id="many words, each another"),
        pytest.param("police tribuna " * MANY, id="words that rules look for"),
        pytest.param("aа" * MANY, id="Latin and Cyrillic in turn"),
        pytest.param("aа " * MANY, id="words of both"),
        pytest.param("ᴀ🅰𝐚ａ" * MANY, id="look-alikes"),
        pytest.param("привет как дела " * MANY, id="Cyrillic"),
        pytest.param("مرحبا كيف " * MANY, id="Arabic"),
        pytest.param("你好" * MANY, id="Chinese"),
        pytest.param("한국어" * MANY, id="Hangul, which unfolds"),
        pytest.param("👩\u200d👩\u200d👧🏽" * MANY, id="emoji in families"),
        pytest.param("😀" * MANY, id="emoji"),
        pytest.param("\ud83d" * MANY, id="half characters"),
        pytest.param("\u3164\uffa0" * MANY, id="letters that show nothing"),
        pytest.param(" \n\t\u2028" * MANY, id="blanks"),
        pytest.param("ßİŉΐ" * MANY, id="letters that case unfolds"),
        pytest.param("½❶㊀²" * MANY, id="figures that are no figures"),
        pytest.param(RARE, id="each character another"),
        pytest.param(ORDINARY * MANY, id="an ordinary text again and again"),
    ],
)
def test_no_text_takes_more_than_three_times_the_work_of_an_ordinary_one(text: str) -> None:
    assert lasting_work(text) <= LIMIT


PIECES = st.text(st.characters(codec=None, categories=None), min_size=1, max_size=4)


@settings(max_examples=examples(40))
@given(st.lists(PIECES, min_size=1, max_size=4), st.integers(1, MANY))
def test_nor_does_any_that_is_made_of_whatever_there_is(pieces: list[str], times: int) -> None:
    assert lasting_work("".join(pieces) * times) <= LIMIT


def test_every_character_unfolds_to_no_more_than_is_read() -> None:
    made = {code: len(tokens.fold(chr(code) * 2)) for code in range(0x3000, 0x11_0000, 0x11)}
    assert max(made.values()) <= reading.HEAD


READ_BY = ["text.tokens", "text.unmask", "text.segments", "raid.sighting", "raid.suspicion.features"]


def _expressions() -> Iterator[Any]:
    for name in READ_BY:
        module = importlib.import_module(f"bridge.{name}")
        for word, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield pytest.param(value.pattern, id=f"{name}.{word}")


@pytest.mark.parametrize("pattern", list(_expressions()))
def test_an_expression_has_nothing_behind_an_endless_repetition(pattern: str) -> None:
    """So what was read is never read again: the one thing that makes backtracking slow."""
    assert not list(_tried_again(importlib.import_module("re._parser").parse(pattern), last=True))


def _tried_again(parsed: Any, *, last: bool) -> Iterator[str]:
    """The endless repetitions that something stands behind."""
    for place, (operator, argument) in enumerate(parsed):
        at_end = last and place == len(parsed) - 1
        name = str(operator)
        if name == "MAX_REPEAT":
            _, most, repeated = argument
            if str(most) == "MAXREPEAT" and not at_end:
                yield str(argument)
            yield from _tried_again(repeated, last=False)
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from _tried_again(branch, last=at_end)
        elif name == "SUBPATTERN":
            yield from _tried_again(argument[-1], last=at_end)
        elif name in {"ASSERT", "ASSERT_NOT"}:
            yield from _tried_again(argument[1], last=False)


def test_that_test_sees_what_was_slow() -> None:
    slow = r"(?<=[a-z])[@$€]+|[@$€]+(?=\d?[a-z])"
    assert list(_tried_again(importlib.import_module("re._parser").parse(slow), last=True))


def test_the_caps_stand_behind_the_unfolding_too() -> None:
    assert len(read("\ufdfa" * MANY).folded) <= reading.HEAD + reading.TAIL + 1
    assert len(unmask.unmask("\ufdfa " * MANY)) <= unmask.HEAD + unmask.TAIL + 1
    assert read(ORDINARY).text == ORDINARY
