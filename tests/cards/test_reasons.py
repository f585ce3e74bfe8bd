"""The heart's reasons: each phrase in its source can be read in French, and no other is kept."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge
from bridge.cards.reasons import REASONS, for_browsers, joined, reason
from bridge.heart import Books, Decide, step
from bridge.model import DAY, Event, EventId, Message, SenderId, Wish
from bridge.privacy.pseudonym import event_id
from bridge.responses import Responses, parse

ROOT = Path(bridge.__file__).parent
HEART = (
    *ROOT.glob("heart/**/*.py"),
    *ROOT.glob("raid/*.py"),
    ROOT / "pot.py",
    ROOT / "reach.py",
    ROOT / "responses/choose.py",
    ROOT / "loops/folding.py",
)
"""Where reasons are made: whatever is prose there, and neither a docstring nor a line of the log, is one."""


def phrases(tree: ast.Module) -> Iterator[str]:
    """Every phrase of more than one word, with 7 in place of what is filled in."""
    aside = set(map(id, _aside(tree)))
    for node in ast.walk(tree):
        told = _text(node)
        if told and " " in told.strip() and id(node) not in aside:
            yield told


def _aside(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr):  # a docstring, or a line of the log
            yield from ast.walk(node)
        elif isinstance(node, ast.JoinedStr):
            yield from node.values


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "7" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


GIVEN = sorted({told for path in HEART for told in phrases(ast.parse(path.read_text(encoding="utf-8")))})


def test_the_search_finds_what_is_there() -> None:
    known = {
        "muted by the team",
        "near copies of one text from 7 senders",
        "the pot is spent",
        "not a mobile number",
        "first message",
        "an error of ours kept this from being decided",
    }
    assert known <= set(GIVEN)
    assert len(GIVEN) >= 50


@pytest.mark.parametrize("given", GIVEN)
def test_every_reason_that_the_heart_can_give_has_one_french_line(given: str) -> None:
    assert len([pattern for pattern in REASONS["fr"] if re.fullmatch(pattern, given)]) == 1
    assert reason(given, "fr") != given


@pytest.mark.parametrize("pattern", sorted({pattern for table in REASONS.values() for pattern in table}))
def test_no_reason_is_worded_that_the_heart_does_not_give(pattern: str) -> None:
    assert any(re.fullmatch(pattern, given) for given in GIVEN)


@pytest.mark.parametrize("language", REASONS)
def test_what_a_reason_tells_is_kept_in_every_language(language: str) -> None:
    for pattern, told in REASONS[language].items():
        filled = {f"{{{at}}}" for at in range(re.compile(pattern).groups)}
        assert set(re.findall(r"\{\d\}", told)) == filled, pattern


@pytest.mark.parametrize(
    ("given", "english", "french"),
    [
        (
            "29 of the last 60 new senders write abusively, far more than usual",
            "29 of the last 60 new senders write abusively, far more than usual",
            "29 des 60 derniers nouveaux expéditeurs écrivent des injures, bien plus que d'habitude",
        ),
        (
            "was answered within `reply_once_per`",
            "this sender was answered not long ago",
            "cette personne a eu une réponse il y a peu",
        ),
        ('has "a {b} $1", which the reply asks for',) * 2
        + ("contient « a {b} $1 », que la réponse demande",),
        ("a reason of another version",) * 3,
    ],
)
def test_a_reason_is_told_in_the_readers_words(given: str, english: str, french: str) -> None:
    assert (reason(given, "en"), reason(given, "fr")) == (english, french)


def test_several_reasons_are_told_as_one() -> None:
    given = "first message", "language fr"
    assert joined(given, "en") == "first message; language fr"
    assert joined(given, "fr") == "premier message ; langue fr"


def test_a_browser_reads_the_same_table() -> None:
    rows = dict(for_browsers()["fr"])
    assert rows["^(.+) is paused by the team$"] == "l’équipe a suspendu ce canal\u00a0: $1"
    assert rows["^every wording of `(.+)` has been said to this sender$"].count("\u00a0") == 2
    assert {language: len(rows) for language, rows in for_browsers().items()} == {
        language: len(table) for language, table in REASONS.items()
    }


NOW = 1_790_000_000_000_000
SENDER = SenderId("5" * 32)
MAN, LINE = "+33639981234", "+33639980000"
RULES = b"""
languages: [fr, en]
hold: {min: 3s, max: 6s}
reply_once_per: 1m
prices: {sms: {in: 0.0075, out: {FR: 0.0763}}}
replies:
  - id: night
    when: {time: {from: "22:00", to: "06:00"}, channel: [sms], first: true, words: [nuit]}
    say: {fr: ["N"]}
  - {id: asked, when: {words: [pardon], language: [fr]}, say: {fr: ["P"]}}
  - {id: pattern, when: {regex: "al+o"}, say: {fr: [R, S]}}
  - {id: again, when: {repeat: true, words: [encore]}, say: {fr: ["E"]}}
  - {id: first, when: {first: true, words: [salut]}, say: {fr: ["F"]}}
"""
EVERYTHING = b"""
languages: [fr]
hold: {min: 3s, max: 6s}
reply_once_per: 1m
replies: [{id: all, say: {fr: [A, B, C, D, E, F, G, H, I]}}]
"""


def poor(limit: str) -> Responses:
    """Rules under which one limit of the pot leaves nothing for a reply."""
    return parse(EVERYTHING + f"pot: {{{limit}: 0.01}}\n".encode(), name="rules")


def message(text: str, address: str = MAN, at: int = NOW, wish: Wish | None = None) -> Message:
    return Message("sms", f"{text}{at}", LINE, address, text, at, wish=wish, metered=True)


def reasons(rules: Responses, *messages: Message, late: int = 0) -> set[str]:
    """What the heart itself says about messages of one sender, in the order of their writing."""
    state = Books(rules, b"seed")
    found: set[str] = set()
    for one in messages:
        id_ = EventId(event_id(one.channel, "message", one.provider_id))
        effects = step(state, Event(id_, SENDER, one.at, one), one.at + late)
        state.apply(effects, one.at + late)
        found |= {
            reason for effect in effects if isinstance(effect, Decide) for reason in effect.decision.reasons
        }
    return found


def all_reasons() -> set[str]:
    rules, everything = parse(RULES, name="rules"), parse(EVERYTHING, name="rules")
    night = NOW - NOW % DAY + 22 * DAY // 24
    hours = [message(f"alo {n}", at=NOW + n * DAY // 24) for n in range(6)]
    return set().union(
        reasons(rules, message("salut"), message("STOP"), message("salut"), message("START")),
        reasons(rules, message("encore"), message("encore", at=NOW + 1), message("pardon", at=NOW + DAY)),
        reasons(rules, message("bonne nuit", at=night)),
        reasons(rules, message("alo"), message("alo", at=NOW + 1)),
        reasons(rules, *(message("alo", at=NOW + n * DAY) for n in range(3))),
        reasons(rules, message("salut"), late=2 * DAY),
        reasons(rules, message("alo", "+32470123456")),
        reasons(rules, message("alo", "+33144556677")),
        reasons(rules, message("alo", "38700")),
        reasons(rules, message("alo", "+881612345678")),
        reasons(everything, *hours),
        *(reasons(poor(limit), message("salut")) for limit in ("total", "per_hour", "per_day", "per_sender")),
    )


def test_what_the_heart_says_as_it_runs_is_among_what_was_found() -> None:
    given = all_reasons()
    known = [pattern for pattern in REASONS["fr"] if any(re.fullmatch(pattern, one) for one in GIVEN)]
    assert {one for one in given if not any(re.fullmatch(pattern, one) for pattern in known)} == set()
    assert len(given) >= 20
