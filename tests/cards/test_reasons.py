"""The heart's reasons: each phrase in its source can be read in French, and no other is kept."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import bridge
from bridge.cards.reasons import REASONS, for_browsers, joined, reason

ROOT = Path(bridge.__file__).parent
HEART = (
    *ROOT.glob("heart/*.py"),
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
