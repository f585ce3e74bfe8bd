"""French is set as French wherever it is read, and has one word for one thing."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from rempart.testing.words import forms
from tests.support.french import typeset

ROOT = Path(__file__).parents[2]
CATALOGUES = [
    *(ROOT / "bridge/wording/locale").glob("*fr.po"),
    ROOT / "channels/locale/fr.po",
    ROOT / "tests/third_party/letterbox/rempart_letterbox/locale/fr.po",
]
DEMO = ROOT / "bridge/demo/page/words.json"
WRITTEN_BY_VISITORS = re.compile(r"MessageText$")
"""What the demo offers to write: people type no no-break spaces."""


def said(source: Path) -> Iterator[str]:
    """All that a file has to say in French."""
    if source == DEMO:
        words = json.loads(source.read_text(encoding="utf-8"))["fr"]
        yield from (words[name] for name in words if not WRITTEN_BY_VISITORS.search(name))
    else:
        with source.open("rb") as opened:
            for message in read_po(opened):
                yield from forms(message) if message.id else ()


SOURCES = [*CATALOGUES, DEMO]


def named(source: Path) -> str:
    return source.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("source", SOURCES, ids=named)
def test_no_line_can_begin_with_a_sign_that_belongs_to_the_word_before_it(source: Path) -> None:
    sentences = list(said(source))
    assert sentences
    assert [one for one in sentences if one != typeset(one)] == []


TWO_WORDS = {
    r"prestataires?": "fournisseur",
    r"(?<!Cette )fiches?(?! du registre)": "carte",
    r"robots?": "bot",
    r"canal du fil": "canal de l'équipe",
    r"en doute": "dans le doute",
    r"consigné(?!\.$)": "enregistré",
    r"le pont": "la passerelle",
    r"éteinte?s?\b": "inactif",
}
"""Words that stood beside the one of the house. A *fiche* is what a bailiff, or the register, is handed."""

PAGES = [*(ROOT / "docs/fr").glob("*.md")]


@pytest.mark.parametrize("other", TWO_WORDS)
def test_one_thing_has_one_word(other: str) -> None:
    pattern = re.compile(rf"\b{other}", re.IGNORECASE)
    told = {named(source): " | ".join(said(source)) for source in SOURCES}
    told |= {named(page): page.read_text(encoding="utf-8") for page in PAGES}
    assert {name: found for name, text in told.items() if (found := pattern.findall(text))} == {}, TWO_WORDS[
        other
    ]
