"""Which reply a message gets, and the reasons that are given for it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.reasons import Why, because
from bridge.responses import Facts, choose
from bridge.text.tokens import words
from tests.responses.files import LANGUAGES, rule, rules


def _at(utc: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-21T{utc}").replace(tzinfo=UTC).timestamp()) * 1_000_000


def _facts(
    text: str = "salut", *, channel: str = "sms", language: str = "fr", first: bool = True, at: str = "12:00"
) -> Facts:
    return Facts(channel, language, text, first, _at(at))


@pytest.mark.parametrize(
    ("when", "facts", "holds"),
    [
        ("{}", _facts(""), True),
        ("{first: true}", _facts(first=True), True),
        ("{first: true}", _facts(first=False), False),
        ("{first: false}", _facts(first=False), True),
        ("{repeat: true}", _facts(first=False), True),
        ("{repeat: true}", _facts(first=True), False),
        ("{repeat: false}", _facts(first=True), True),
        ("{first: true, repeat: true}", _facts(first=True), False),
        ("{first: false, repeat: true}", _facts(first=False), True),
        ("{channel: sms}", _facts(channel="sms"), True),
        ("{channel: [fax, telegram]}", _facts(channel="telegram"), True),
        ("{channel: telegram}", _facts(channel="sms"), False),
        ("{language: en}", _facts(language="en"), True),
        ("{language: [en]}", _facts(language="fr"), False),
        ("{first: true, channel: sms, language: en}", _facts(language="fr"), False),
        # words
        ("{words: [désolé]}", _facts("DESOLE !!"), True),
        ("{words: [desole]}", _facts("je suis de\u0301sole\u0301e, désolé"), True),
        ("{words: [non]}", _facts("nonante"), False),
        ("{words: [non]}", _facts("ah non"), True),
        ("{words: [merci, pardon]}", _facts("oh, pardon"), True),
        ("{words: [bonne nuit]}", _facts("Bonne  nuit."), True),
        ("{words: [bonne nuit]}", _facts("nuit bonne"), False),
        ("{words: [bonne nuit]}", _facts("bonne et douce nuit"), False),
        ("""{words: ["je m'excuse"]}""", _facts("Je m’excuse"), True),
        ("{words: [مرحبا]}", _facts("مرحبًا بك"), True),
        ("{words: [coeur]}", _facts("mon cœur"), True),
        ("{words: [x]}", _facts("\ud83d\0"), False),
        # regex
        ("{regex: '^salut'}", _facts("SALUT toi"), True),
        ("{regex: 'toi$'}", _facts("salut toi"), True),
        ("{regex: '\\bqui\\s+es'}", _facts("mais qui  es tu"), True),
        ("{regex: 'É'}", _facts("é"), True),
        ("{regex: 'e'}", _facts("É"), False),
        ("{regex: '😀'}", _facts("ah 😀"), True),
        ("{regex: '.'}", _facts(""), False),
        ("{regex: '\\?'}", _facts("half \ud83d a character"), True),
        # time, in Paris, an hour before UTC in winter
        ("{time: {from: '13:00', to: '14:00'}}", _facts(at="12:00"), True),
        ("{time: {from: '12:00', to: '13:00'}}", _facts(at="12:00"), False),
        ("{time: {from: 22h, to: 6h}}", _facts(at="21:00"), True),
        ("{time: {from: 22h, to: 6h}}", _facts(at="20:59:59"), False),
        ("{time: {from: 22h, to: 6h}}", _facts(at="04:59:59"), True),
        ("{time: {from: 22h, to: 6h}}", _facts(at="05:00"), False),
        ("{time: {from: 22h, to: '24:00'}}", _facts(at="22:59"), True),
        ("{time: {from: 22h, to: '24:00'}}", _facts(at="23:00"), False),
        ("{time: {from: '00:00', to: '24:00'}}", _facts(at="07:00"), True),
    ],
)
def test_a_reply_is_given_when_all_its_conditions_hold(when: str, facts: Facts, holds: bool) -> None:
    responses = rules(rule(when))
    chosen, reasons = choose(responses, facts)
    assert chosen == (responses.replies[0] if holds else None)
    assert reasons


def test_summer_time_is_kept() -> None:
    july = int(datetime(2026, 7, 1, 20, 30, tzinfo=UTC).timestamp()) * 1_000_000
    chosen, _ = choose(rules(rule("{time: {from: 22h, to: 23h}}")), Facts("sms", "fr", "", True, july))
    assert chosen is not None


def test_the_first_reply_that_fits_is_given() -> None:
    source = (
        LANGUAGES + "replies:\n"
        "  - {id: thanks, when: {words: [merci]}, say: {fr: a}}\n"
        "  - {id: first, when: {first: true}, say: {fr: b}}\n"
        "  - {id: rest, say: {fr: c}}\n"
    )
    chosen = [
        choose(rules(source), facts)[0]
        for facts in (_facts("merci"), _facts("salut"), _facts("salut", first=False))
    ]
    assert [each.id if each else None for each in chosen] == ["thanks", "first", "rest"]


def test_reasons_say_every_condition_in_the_words_of_the_file() -> None:
    when = (
        "{first: true, words: [Désolé], regex: 'd', channel: sms, language: fr, time: {from: 9h, to: 18h30}}"
    )
    _, reasons = choose(rules(rule(when)), _facts("je suis desole"))
    assert reasons == (
        because(Why.FIRST_MESSAGE),
        because(Why.OVER_CHANNEL, channel="sms"),
        because(Why.IN_LANGUAGE, language="fr"),
        because(Why.BETWEEN, begin=9 * 60, end=18 * 60 + 30),
        because(Why.HAS_WORDS, phrase="Désolé"),
        because(Why.MATCHES),
    )


def test_silence_has_a_reason_too() -> None:
    assert choose(rules(rule("{first: true}")), _facts(first=False)) == (
        None,
        (because(Why.NO_RULE),),
    )


@given(st.text(alphabet="¤¥ΩЖ", min_size=1))
def test_reasons_never_quote_the_sender(text: str) -> None:
    responses = rules(rule("{words: [merci], regex: 'm'}"))
    _, reasons = choose(responses, _facts(f"{text} merci {text}"))
    assert not any(character in str(reason.data) for reason in reasons for character in text)


@given(st.text(), st.sampled_from(["(a+)+$", "(.*)*x", "^(([a-z])+.)+[A-Z]([a-z])+$"]))
def test_any_text_can_be_asked_about(text: str, regex: str) -> None:
    chosen, _ = choose(rules(rule(f"{{words: [a b], regex: '{regex}'}}")), _facts(text))
    assert chosen is None or {"a", "b"} <= set(words(text))


@pytest.mark.parametrize("regex", ["(a+)+$", "(a|aa)+$", "(.*)*x", "(a?){500}a{500}"])
def test_an_evil_expression_takes_time_in_proportion(regex: str) -> None:
    """With backtracking these would outlive the test run, which gives up after minutes."""
    responses = rules(rule(f"{{regex: '{regex}'}}"))
    chosen, _ = choose(responses, _facts("a" * 4000 + "!"))
    assert chosen is None or regex == "(a?){500}a{500}"
