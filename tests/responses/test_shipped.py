"""The file that is shipped: in order, cheap, and worth sending."""

import re

import pytest

from bridge.responses import Rule, read, shipped
from bridge.responses.lint import Checked, lint
from bridge.text.language import language_of
from bridge.text.segments import Size

_RESPONSES = read(shipped())
_FINDINGS = lint(_RESPONSES)


def test_nothing_in_it_is_odd() -> None:
    assert _FINDINGS.unreachable == ()
    assert _FINDINGS.fallbacks == ()


def test_it_answers_the_first_message_and_later_ones() -> None:
    assert [(rule.id, rule.when.first, rule.when.repeat) for rule in _RESPONSES.replies] == [
        ("first", True, None),
        ("again", None, True),
    ]


@pytest.mark.parametrize("reply", _RESPONSES.replies, ids=lambda reply: reply.id)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_reply_can_be_said_in_three_ways_or_more(reply: Rule, language: str) -> None:
    wordings = [it for it in _FINDINGS.wordings if it.rule == reply.id and it.language == language]
    assert len(wordings) >= 3


@pytest.mark.parametrize("wording", _FINDINGS.wordings, ids=lambda it: f"{it.rule}-{it.language}-{it.number}")
class TestEachWording:
    def test_is_one_cheap_segment(self, wording: Checked) -> None:
        assert wording.size == Size("GSM-7", 1)
        assert wording.costly == ()

    def test_is_in_the_language_that_it_stands_under(self, wording: Checked) -> None:
        assert (
            language_of(wording.text, hint=None, country=None, languages=("es", "en", "fr"))
            == wording.language
        )

    def test_carries_no_link_no_number_and_no_capitals(self, wording: Checked) -> None:
        assert not re.search(r"https?:|www\.|\.\w{2,3}/|\d|[A-Z]{2}", wording.text)

    def test_says_that_it_is_automatic(self, wording: Checked) -> None:
        """Nobody may take it for her own words."""
        assert re.search(r"(?i)automati(que|c)", wording.text)

    def test_speaks_of_nobody_who_gave_the_number(self, wording: Checked) -> None:
        assert not re.search(
            r"(?i)\b(she|her|elle l'|lui|cette femme|this woman|gave|donné|faux numéro|fake)\b", wording.text
        )

    def test_says_no_and_says_it_kindly(self, wording: Checked) -> None:
        firm = r"(?i)\b(non|no|en rester là|n'insiste pas|t'en tenir là|stops there)\b"
        warm = r"(?i)(merci|prends soin|bonne route|souhaite|thank|take care|all the best|wish you well)"
        assert re.search(firm, wording.text)
        assert re.search(warm, wording.text)


def test_a_comment_on_the_first_line_points_editors_to_the_schema() -> None:
    first = shipped().read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=responses.schema.json"
