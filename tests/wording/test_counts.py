"""One of something is never told as many: whatever counts goes through the forms of the catalogues."""

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import bridge
from bridge.wording import LANGUAGES, Language, Words
from bridge.wording.words import Room
from rempart.testing.words import forms
from tests.wording.test_catalogues import SOURCES, everything

MANY = re.compile(
    r"\s(messages|senders|replies|texts|people|raids?ers|raids|entries|pastes|rows|tables|segments|times|posts"
    r"|edits|heads|requests|bytes|lines|places|differences|results|campaigns|keys|copies|calls|webhooks|days)\b"
)
BEAUCOUP = re.compile(
    r"\s(messages|expéditeurs|réponses|textes|personnes|raids|entrées|collages|requêtes|différences|résultats"
    r"|lignes|fois|campagnes|clés|copies|appels|envoyées|échouées|refusés|servis|jours)\b"
)
ALWAYS_MANY = {
    "bridge/cli/check.py": {"it.size.segments", "it.count"},  # told where it is more than one
    "bridge/responses/load.py": {"len(more)"},  # from three on
    "bridge/simulate/corpus.py": {"len(self._all)", "self._kind", "kind"},  # two at least; and no count
    "bridge/evidence/verifying.py": {"head.size"},  # told where it is not one: the file stands alone
}
AGREES = {
    "en": re.compile(
        r"\{(\w+)\}(?: of (?:these|them|it|this group))? (?:are|were|have|wait|get|stand|bear|write)\b"
    ),
    "fr": re.compile(
        r"\{(\w+)\}(?: (?:en|y|qui))? (?:sont|ont|attendent|seraient|figurent|portent|écrivent)\b"
    ),
}
"""A verb of many right behind a value that may be one."""

NOUNS = "messages|senders|replies|texts|people|answered|ordinary"
FARTHER = {
    "en": re.compile(rf"\{{({NOUNS})\}}[^.;:(]*?\s(?:are|were|have|wait|get|stand|bear|write|hold|leave)\b"),
    "fr": re.compile(rf"\{{({NOUNS})\}}[^.;:(]*?\s(?:n')?(?:\w{{3,}}ent|ont|sont|ordinaires|enregistrés)\b"),
}
"""The same farther on in its clause, behind a count that brings its noun or stands beside `count`."""

LIMITS = {"most", "longest", "newest", "keep", "percent"}
"""Values that bound something, and what is said of a share only where that is large: none is one."""


def counted(path: Path) -> Iterator[tuple[str, str]]:
    """Every value that stands right before a plural, as it is written, and the plural."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        for value, text in pairwise(parts):
            if isinstance(value, ast.FormattedValue) and isinstance(text, ast.Constant):
                found = MANY.match(str(text.value))
                if found and not ast.unparse(value.value).rpartition(".")[2].isupper():
                    yield ast.unparse(value.value), found[1]


def test_no_sentence_in_the_sources_counts_by_itself() -> None:
    found = {
        (str(path.relative_to(Path(bridge.__file__).parents[1])), value, noun)
        for path in SOURCES
        if "standins" not in path.parts
        for value, noun in counted(path)
    }
    assert {one for one in found if one[1] not in ALWAYS_MANY.get(one[0], set())} == set()


def test_the_search_for_counts_finds_some(tmp_path: Path) -> None:
    file = tmp_path / "some.py"
    file.write_text('f"{pastes:,} pastes of {raid}, {MOST} rows, {one} tells"', encoding="utf-8")
    assert list(counted(file)) == [("pastes", "pastes")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_of_the_catalogues_counts_without_both_forms(language: str) -> None:
    many = MANY if language == "en" else BEAUCOUP
    found = {
        (room, name, value)
        for (room, name), one in everything(language).items()
        if not one.pluralizable
        for sentence in forms(one)
        for value, behind in re.findall(r"\{(\w+)\}(?=(\s\S+))", sentence)
        if many.match(behind + " ") and value not in LIMITS
    }
    assert found == set()


NO_COUNTS = {"about", "amount", "left", "rule", "spent"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_verb_of_many_stands_behind_what_may_be_one(language: str) -> None:
    found = {
        (room, name, value)
        for (room, name), one in everything(language).items()
        if not one.pluralizable
        for sentence in forms(one)
        for value in AGREES[language].findall(sentence)
        if value not in NO_COUNTS | LIMITS
    }
    assert found == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nor_farther_on_where_a_second_thing_is_counted(language: str) -> None:
    found = {
        (room, name, value)
        for (room, name), one in everything(language).items()
        for sentence in forms(one)
        for value in FARTHER[language].findall(sentence)
    }
    assert found == set()


ONCE = [
    ("en", "dossier", "proof_pins", "1 earlier result is in the dossier"),
    ("fr", "dossier", "proof_pins", "1 résultat antérieur figure"),
    ("en", "dossier", "altered_text", "ATTENTION: 1 entry is no longer"),
    ("fr", "status", "replies_sent", "1 envoyée"),
    ("fr", "status", "webhook_told", "1 refusé avec"),
    ("en", "noun", "pastes", "1 paste"),
    ("en", "noun", "times", "1 time"),
]


@pytest.mark.parametrize(("language", "room", "name", "told"), ONCE)
def test_one_is_one(language: Language, room: Room, name: str, told: str) -> None:
    values = dict.fromkeys(("places", "status", "likely"), "")
    assert Words(language, room=room)(name, count=1, **values).startswith(told)
