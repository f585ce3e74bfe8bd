"""`ways` in the rules: what may stand there, of all lines and of one."""

import pytest

from bridge.responses import RulesRefused, parse
from bridge.responses.load import examine

COMMON = b"""
languages: [fr]
prices:
  sms: {in: 0, out: {FR: 0.08}}
  telnyx: {in: 0, out: {FR: 0.09}}
replies: [{id: first, when: {first: true}, say: {fr: ["Un mot."]}}]
"""


def test_without_it_there_is_no_other_way() -> None:
    assert parse(COMMON, name="rules").ways == ()


def test_ways_are_listed_in_order() -> None:
    assert parse(COMMON + b"ways: [telnyx, sms]\n", name="rules").ways == ("telnyx", "sms")


BAD: dict[str, tuple[bytes, str]] = {
    "one without prices": (b"ways: [sms, gateway]\n", '"gateway" has no prices'),
    "one twice": (b"ways: [sms, sms]\n", "a second time"),
    "no name": (b"ways: [sms, Telnyx!]\n", "short name"),
    "no list": (b"ways: sms\n", "must be a list"),
}


@pytest.mark.parametrize(("written", "told"), BAD.values(), ids=BAD)
def test_what_cannot_be_a_way_is_refused_with_its_line(written: bytes, told: str) -> None:
    with pytest.raises(RulesRefused, match=":7:") as refused:
        parse(COMMON + written, name="rules")
    assert told.casefold() in str(refused.value).casefold()


def test_a_line_may_have_ways_of_its_own() -> None:
    lines = b"lines:\n  paris: {ways: [sms, telnyx]}\n  lyon: {}\n"
    several, _ = examine(COMMON + lines, name="rules")
    assert {line.name: line.responses.ways for line in several} == {"paris": ("sms", "telnyx"), "lyon": ()}
