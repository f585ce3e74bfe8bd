"""The catalogues of words: both languages say everything, with the same values, and nothing besides."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message

import bridge
import channels
from bridge.reasons import Why
from bridge.sentences import LOCALE
from bridge.wording import LANGUAGES, Words
from rempart.testing import WordsContract
from rempart.testing.words import CatalogueContract, Key, forms, said, values

ROOT = Path(bridge.__file__).parent
SOURCES = [*ROOT.rglob("*.py"), *Path(channels.__file__).parent.rglob("*.py")]
DECIDING = [
    *ROOT.glob("heart/**/*.py"),
    *ROOT.glob("raid/*.py"),
    ROOT / "pot.py",
    ROOT / "reach.py",
    ROOT / "responses/choose.py",
    ROOT / "loops/folding.py",
]
"""Where reasons are made."""


OURS = Path(channels.__file__).with_name("locale")


def everything(language: str) -> dict[Key, Message]:
    """All that is said, by the house or by a channel of ours."""
    return {**said(LOCALE, language), **said(OURS, language)}


ENGLISH = everything("en")
KEYS = sorted(ENGLISH)


class TestTheWordsOfTheHouse(CatalogueContract):
    @pytest.fixture
    def folder(self) -> Path:
        return LOCALE


class TestTheWordsOfOurChannels(WordsContract):
    @pytest.fixture
    def folder(self) -> Path:
        return OURS


VENDORS = re.compile(r"slack|twilio|telegram|mattermost|whatsapp|telnyx|android", re.IGNORECASE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_house_names_no_vendor(language: str) -> None:
    told = said(LOCALE, language)
    named = {key: form for key, one in told.items() for form in (key[1], *forms(one)) if VENDORS.search(form)}
    assert named == {}


@pytest.mark.parametrize("why", Why)
def test_every_reason_is_worded_with_all_that_it_tells(why: Why) -> None:
    told = ENGLISH["reason", why.value]
    assert set().union(*map(values, forms(told))) == why.tells


def test_no_reason_is_worded_that_there_is_not() -> None:
    assert {name for room, name in KEYS if room == "reason"} == {*map(str, Why), "unknown"}


def phrases(tree: ast.Module) -> Iterator[str]:
    """Every phrase of more than one word that is neither a docstring, a line of the log, nor an error."""
    aside = {id(part) for node in ast.walk(tree) if _is_aside(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in aside:
            yield from [node.value] if " " in node.value.strip() else []


def _is_aside(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr | ast.Raise) or (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__"
    )


def test_what_decides_says_nothing_in_words() -> None:
    assert [one for path in DECIDING for one in phrases(ast.parse(path.read_text(encoding="utf-8")))] == []


def test_the_search_for_words_finds_some() -> None:
    found = phrases(ast.parse('def f(): return "the pot is spent"'))
    assert list(found) == ["the pot is spent"]


ANYTHING = "[a-z_]+"
FEWEST = 4
"""Letters that a pattern must have of its own to stand for a name."""


def asked() -> tuple[set[str], list[re.Pattern[str]]]:
    """Every name that the sources write, and what names they put together look like."""
    names, patterns = set(), []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                patterns.append(_pattern(node))
    return names, [one for one in patterns if len(one.pattern.replace(ANYTHING, "")) >= FEWEST]


def _pattern(node: ast.JoinedStr) -> re.Pattern[str]:
    parts = (
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ANYTHING for part in node.values
    )
    return re.compile("".join(parts))


def test_nothing_is_worded_that_nobody_says() -> None:
    names, patterns = asked()
    left = {name for _, name in KEYS} - names
    assert {name for name in left if not any(one.fullmatch(name) for one in patterns)} == set()


def outcomes() -> Iterator[tuple[str, set[str]]]:
    """What acts tell, and with which values: from every call of `told` in the heart."""
    for path in ROOT.glob("heart/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="told"), args=[_, code], keywords=values):
                    yield ast.unparse(code).strip("'"), {str(one.arg) for one in values}
                case ast.Call(func=ast.Name(id="Right"), args=[_, ast.Constant(value=str(refusal))]):
                    yield refusal, set()
                case ast.Call(func=ast.Name(id="Reason"), args=[ast.Constant(value=str(code))]):
                    yield code, set()


def test_every_outcome_of_an_act_is_worded_with_all_that_it_tells() -> None:
    limits = ("gone", "muted", "paused", "out_of_reach", "shut", "often", "unpaid")
    labelled = {
        "f'taught_{label}": ("taught_ordinary", "taught_abusive"),
        "f'answer_{obstacle}": tuple(f"answer_{one}" for one in limits),
        "right.refusal": (),
    }
    told = {name: values for one, values in outcomes() for name in labelled.get(one, (one,))}
    worded = {name: one for (room, name), one in ENGLISH.items() if room == "outcome"}
    assert worded.keys() - {"in_words", "unknown"} == told.keys()
    for name, given in told.items():
        assert set().union(*map(values, forms(worded[name]))) - {"about"} == given, name
    assert len(told) > 25


SPEAKERS = {"words", "say", "self._words()"}


def sentences() -> Iterator[tuple[str, set[str]]]:
    """Every name that is said with its values written out."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_], keywords=given):
                    if ast.unparse(func) in SPEAKERS and all(one.arg for one in given):
                        yield name, {str(one.arg) for one in given}


def test_whoever_says_something_gives_all_values_and_no_other() -> None:
    told = list(sentences())
    for name, given in told:
        rooms = [one for (_, other), one in ENGLISH.items() if other == name]
        taken = [set().union(*map(values, forms(one))) | {"count"} for one in rooms]
        assert given | {"count"} in taken, name
    assert len(told) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_for_and_not_there_is_an_error(language: str) -> None:
    words = Words("fr" if language == "fr" else "en")
    with pytest.raises(KeyError):
        words("no such name")
    with pytest.raises(KeyError):
        words("day_line", messages=1)
