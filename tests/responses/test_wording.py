"""Which words a reply says, and what is filled into them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.responses import Rule, Wording, fill, pick, values
from bridge.responses.placeholders import NAMES
from bridge.text.segments import measure
from tests.responses.files import rule, rules

_SEEDS = range(40)


def _reply(say: str) -> Rule:
    return rules(rule(say=say)).replies[0]


def _lot(seed: int) -> Random:
    return Random(seed)


def _text(wording: Wording | None) -> str | None:
    return wording.text if wording else None


def test_every_wording_is_drawn_by_some_seed_and_one_seed_always_draws_the_same() -> None:
    reply = _reply("{fr: [un, deux, trois]}")
    drawn = [_text(pick(reply, "fr", "fr", (), _lot(seed))) for seed in _SEEDS]
    assert set(drawn) == {"un", "deux", "trois"}
    assert drawn == [_text(pick(reply, "fr", "fr", (), _lot(seed))) for seed in _SEEDS]


@pytest.mark.parametrize("seed", _SEEDS)
def test_nobody_gets_the_same_wording_twice(seed: int) -> None:
    reply, random, already = _reply("{fr: [un, deux, trois]}"), _lot(seed), set[str]()
    for _ in range(3):
        wording = pick(reply, "fr", "fr", already, random)
        assert wording is not None
        assert wording.digest not in already
        already.add(wording.digest)
    assert pick(reply, "fr", "fr", already, random) is None


def test_a_single_wording_is_said_again() -> None:
    reply = _reply("{fr: un}")
    wording = pick(reply, "fr", "fr", (), _lot(1))
    assert wording is not None
    assert pick(reply, "fr", "fr", {wording.digest}, _lot(1)) == wording


@pytest.mark.parametrize(
    ("language", "spoken", "text"), [("en", "en", "yes"), ("fr", "fr", "oui"), ("es", "fr", "oui")]
)
def test_a_language_without_wordings_gets_the_default(language: str, spoken: str, text: str) -> None:
    wording = pick(_reply("{fr: oui, en: yes}"), language, "fr", (), _lot(1))
    assert wording is not None
    assert (wording.language, wording.text) == (spoken, text)


def test_a_digest_depends_on_the_wording_alone() -> None:
    one = pick(_reply("{fr: [un, deux]}"), "fr", "fr", (), _lot(1))
    assert one is not None
    moved = {
        _text(one): one.digest
        for seed in _SEEDS
        if (one := pick(_reply("{fr: [zero, deux, un]}"), "fr", "fr", (), _lot(seed)))
    }
    assert moved[one.text] == one.digest
    assert len(one.digest) == 16
    assert int(one.digest, 16) >= 0


_VALUES = {"number": "+33600000000", "date": "21 novembre 2026", "time": "22:53"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("Au $number", "Au +33600000000"),
        ("le ${date} à $time.", "le 21 novembre 2026 à 22:53."),
        ("$number$time", "+3360000000022:53"),
        ("$$number", "$+33600000000"),
        ("$$ 5$ $5 {0} {number} %s ${} ${ $", "$$ 5$ $5 {0} {number} %s ${} ${ $"),
        ("${number.__class__} ${number!r} $number.x", "${number.__class__} ${number!r} +33600000000.x"),
        ("$numbers $number_x $Number ${ number }", "$numbers $number_x $Number ${ number }"),
        ("", ""),
    ],
)
def test_placeholders_are_filled_and_nothing_else_changes(text: str, filled: str) -> None:
    assert fill(Wording("fr", text, "0" * 16), _VALUES) == filled


@given(st.text(alphabet=st.characters(exclude_characters="$")) | st.text(alphabet="$ {}5é\n"))
def test_a_text_without_placeholders_goes_out_as_it_is(text: str) -> None:
    assert fill(Wording("fr", text, "0" * 16), _VALUES) == text


@given(st.dictionaries(st.sampled_from(NAMES), st.text(alphabet="$number{}datime \\g<1>"), min_size=3))
def test_values_are_never_looked_into(hostile: Mapping[str, str]) -> None:
    assert fill(Wording("fr", "<$number|${date}|$time>", "0" * 16), hostile) == (
        f"<{hostile['number']}|{hostile['date']}|{hostile['time']}>"
    )


@pytest.mark.parametrize(
    ("language", "date", "time"),
    [
        ("fr", "17 aout 2026", "22:53"),
        ("en", "August 17, 2026", "10:53 PM"),
        ("de", "17. August 2026", "22:53"),
        ("ar", "17 أغسطس 2026", "10:53 م"),
        ("ho", "August 17, 2026", "10:53 PM"),  # Hiri Motu, for which Babel has no dates
    ],
)
def test_dates_and_times_are_those_of_the_language_and_the_zone(language: str, date: str, time: str) -> None:
    at = int(datetime(2026, 8, 17, 20, 53, 59, tzinfo=UTC).timestamp()) * 1_000_000
    found = values("+33600000000", at, ZoneInfo("Europe/Paris"), language)
    assert {key: found[key].replace("\u202f", " ").replace("\xa0", " ") for key in found} == {
        "number": "+33600000000",
        "date": date,
        "time": time,
    }


@pytest.mark.parametrize("language", ["fr", "en", "es", "de", "it", "pt", "nl"])
def test_no_value_turns_a_cheap_text_into_a_dear_one(language: str) -> None:
    for month in range(1, 13):
        at = int(datetime(2026, month, 28, 20, 53, tzinfo=UTC).timestamp()) * 1_000_000
        filled = " ".join(values("+33600000000", at, ZoneInfo("Europe/Paris"), language).values())
        assert measure(filled).encoding == "GSM-7"
