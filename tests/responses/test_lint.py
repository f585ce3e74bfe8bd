"""What a file would cost, and which of its replies can never be given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.responses import Facts, choose
from bridge.responses.lint import Fallback, lint
from bridge.responses.reach import unreachable
from bridge.text.segments import Size
from tests.responses.files import LANGUAGES, rule, rules


def _replies(*whens: str) -> str:
    """A file with a reply r0, r1, ... for each of the conditions."""
    lines = [f"  - {{id: r{index}, when: {when}, say: {{fr: x}}}}\n" for index, when in enumerate(whens)]
    return LANGUAGES + "replies:\n" + "".join(lines)


def _never(*whens: str) -> list[str]:
    return [it.rule for it in unreachable(rules(_replies(*whens)))]


@pytest.mark.parametrize(
    "whens",
    [
        pytest.param(("{}", "{first: true}"), id="after one that always holds"),
        pytest.param(
            ("{first: true}", "{repeat: true}", "{words: [merci]}"), id="after two that share the world"
        ),
        pytest.param(("{first: true}", "{first: true, words: [merci]}"), id="narrower by words"),
        pytest.param(("{repeat: false}", "{first: true}"), id="the same in other keys"),
        pytest.param(
            ("{words: [nuit]}", "{words: [bonne nuit, nuit blanche]}"), id="phrases that hold the word"
        ),
        pytest.param(("{words: [désolé]}", "{words: [DESOLE]}"), id="the same word"),
        pytest.param(("{regex: a}", "{regex: a, first: true}"), id="the same expression"),
        pytest.param(("{channel: [sms, telegram]}", "{channel: sms}"), id="one of its channels"),
        pytest.param(("{language: fr}", "{language: en}", "{channel: sms}"), id="all languages taken"),
        pytest.param(("{language: [en, fr]}", "{}"), id="all languages at once"),
        pytest.param(("{time: {from: 20h, to: 8h}}", "{time: {from: 23h, to: 2h}}"), id="within its hours"),
        pytest.param(
            ("{time: {from: 6h, to: 18h}}", "{time: {from: 18h, to: 6h}}", "{first: true}"),
            id="day and night",
        ),
        pytest.param(
            (
                "{first: true, channel: sms}",
                "{channel: telegram}",
                "{repeat: true}",
                "{first: true, channel: [sms, telegram]}",
            ),
            id="piece by piece",
        ),
        pytest.param(("{first: true, repeat: true}",), id="conditions that exclude each other"),
        pytest.param(("{first: false, repeat: false}",), id="neither first nor later"),
    ],
)
def test_a_reply_that_can_never_be_given_is_found(whens: tuple[str, ...]) -> None:
    assert _never(*whens) == [f"r{len(whens) - 1}"]


@pytest.mark.parametrize(
    "whens",
    [
        pytest.param(("{first: true}", "{repeat: true}"), id="first and later"),
        pytest.param(("{first: true}", "{}"), id="the rest"),
        pytest.param(("{words: [merci]}", "{first: true}"), id="special above general"),
        pytest.param(("{words: [bonne nuit]}", "{words: [nuit]}"), id="a phrase before its word"),
        pytest.param(("{words: [merci]}", "{words: [merci, pardon]}"), id="one more word"),
        pytest.param(("{words: [non]}", "{words: [nonante]}"), id="a longer word"),
        pytest.param(("{words: [a], regex: b}", "{words: [a]}"), id="an expression less"),
        pytest.param(("{regex: a}", "{regex: b}"), id="another expression"),
        pytest.param(("{channel: sms}", "{}"), id="other channels"),
        pytest.param(("{channel: sms}", "{channel: telegram}", "{}"), id="channels that nobody named"),
        pytest.param(("{language: fr}", "{}"), id="other languages"),
        pytest.param(("{time: {from: 20h, to: 8h}}", "{time: {from: 7h, to: 9h}}"), id="an hour more"),
        pytest.param(("{time: {from: 00:00, to: 23:59}}", "{}"), id="the last minute"),
    ],
)
def test_a_reply_that_can_be_given_is_left_in_peace(whens: tuple[str, ...]) -> None:
    assert _never(*whens) == []


def test_what_stands_in_the_way_is_named() -> None:
    found = unreachable(
        rules(_replies("{first: true}", "{repeat: true}", "{channel: sms}", "{first: true, repeat: true}"))
    )
    assert [(it.index, it.because) for it in found] == [
        (2, 'whatever it would answer, "r0" and "r1" above it answer first'),
        (3, "its conditions exclude each other"),
    ]


_WHENS = st.lists(
    st.sampled_from(
        [
            "first: true",
            "repeat: true",
            "words: [a]",
            "words: [a b, b c]",
            "words: [b]",
            "regex: a",
            "regex: b",
        ]
    )
    | st.sampled_from(["channel: sms", "channel: [sms, telegram]", "language: fr", "language: en"])
    | st.sampled_from(
        ["time: {from: 8h, to: 20h}", "time: {from: 20h, to: 8h}", "time: {from: 9h, to: 10h}"]
    ),
    max_size=3,
    unique_by=lambda condition: condition.split(":")[0],
).map(lambda conditions: "{" + ", ".join(conditions) + "}")

_FACTS = st.builds(
    Facts,
    channel=st.sampled_from(["sms", "telegram", "fax"]),
    language=st.sampled_from(["fr", "en"]),
    text=st.text(alphabet="abc ", max_size=8),
    first=st.booleans(),
    at=st.integers(0, 86_399).map(lambda second: second * 1_000_000),
)


@given(st.lists(_WHENS, min_size=1, max_size=5), st.lists(_FACTS, min_size=20, max_size=60))
def test_what_is_called_unreachable_is_never_chosen(whens: list[str], facts: list[Facts]) -> None:
    responses = rules(_replies(*whens))
    never = {it.rule for it in unreachable(responses)}
    chosen = {rule.id for each in facts if (rule := choose(responses, each)[0])}
    assert not never & chosen


def test_each_wording_is_measured_and_priced() -> None:
    source = rule(say=f"{{fr: [court, '{'a' * 161}'], en: 'a {'b' * 70} ê'}}") + (
        "prices: {sms: {out: {FR: 0.0763, BE: 0.0950}}}\n"
    )
    found = lint(rules(source)).wordings
    assert [(it.language, it.number, it.size, it.worst) for it in found] == [
        ("fr", 1, Size("GSM-7", 1), 95_000),
        ("fr", 2, Size("GSM-7", 2), 190_000),
        ("en", 1, Size("UCS-2", 2), 190_000),
    ]
    assert [(it.channel, it.country, it.amount) for it in found[1].prices] == [
        ("sms", "FR", 152_600),
        ("sms", "BE", 190_000),
    ]
    assert (found[2].better, found[2].best) == (Size("GSM-7", 1), 95_000)
    assert [(it.character, it.instead) for it in found[2].costly] == [("ê", "e")]


@pytest.mark.parametrize("channel", ["telegram", "[telegram, fax]"])
def test_what_never_goes_over_a_channel_with_prices_is_free(channel: str) -> None:
    found = lint(rules(rule(f"{{channel: {channel}}}"))).wordings[0]
    assert (found.prices, found.worst, found.best) == ((), 0, 0)


def test_placeholders_count_with_the_longest_that_they_can_become() -> None:
    text = "$number ${date} " + "a" * 126
    found = lint(rules(rule(say=f"{{fr: '{text[:-1]}'}}"))).wordings[0]
    assert (found.size, found.costly) == (Size("GSM-7", 1), ())
    assert lint(rules(rule(say=f"{{fr: '{text}'}}"))).wordings[0].size == Size("GSM-7", 2)


def test_a_missing_language_is_mentioned() -> None:
    assert lint(rules(rule(say="{fr: oui}"))).fallbacks == (Fallback("a", "en"),)
    assert lint(rules(rule(say="{fr: oui, en: yes}"))).fallbacks == ()
