"""What the guide says in English it says in French, and the other way round."""

import re
from collections import Counter
from pathlib import Path

import pytest

from bridge.sentences import LOCALE
from tests.documents.commands import commands
from tests.documents.pages import DOCS, FRENCH, GUIDE, blocks, headings, prose, read
from tests.support.french import typeset


def both(name: str) -> tuple[str, str]:
    return read(DOCS / name), read(FRENCH / name)


def test_the_guide_is_what_its_first_page_lists() -> None:
    table = read(DOCS / "index.md").partition("## The guide")[2].partition("\n## ")[0]
    assert sorted([*re.findall(r"\]\(([\w-]+\.md)\)", table), "index.md"]) == GUIDE


def test_every_page_that_there_is_is_listed_on_the_first() -> None:
    listed = set(re.findall(r"\]\(([\w-]+\.md)", read(DOCS / "index.md")))
    assert listed == {path.name for path in DOCS.glob("*.md")} - {"index.md"}
    assert listed == set(re.findall(r"\]\((?:\.\./)?([\w-]+\.md)", read(FRENCH / "index.md"))) - {"index.md"}


@pytest.mark.parametrize("name", GUIDE)
def test_both_have_the_same_headings_and_tables(name: str) -> None:
    english, french = both(name)
    assert headings(english) == headings(french)
    rows = [len(re.findall(r"^\|", prose(page), re.MULTILINE)) for page in (english, french)]
    assert rows[0] == rows[1]
    items = [len(re.findall(r"^(?:- |\d\. )", prose(page), re.MULTILINE)) for page in (english, french)]
    assert items[0] == items[1]


@pytest.mark.parametrize("name", GUIDE)
def test_both_have_the_same_blocks_and_commands(name: str) -> None:
    english, french = both(name)
    assert [block.kind for block in blocks(english)] == [block.kind for block in blocks(french)]
    assert _called(DOCS / name) == _called(FRENCH / name)


def _called(path: Path) -> list[tuple[str, ...]]:
    """Words of people differ; the command and its options do not."""
    return [
        tuple(word for word in command.words if not re.search(r"[\s']|^[A-Z]", word))
        for command in commands(path)
    ]


@pytest.mark.parametrize("name", GUIDE)
def test_both_name_the_same_things(name: str) -> None:
    """Files, keys, variables and whatever else is written as code; and they lead to the same pages."""
    english, french = both(name)
    assert _code(english) == _code(french)
    assert _links(english) == _links(french)


def _code(page: str) -> Counter[str]:
    return Counter(re.findall(r"`([^`\n]+)`", prose(page)))


def _links(page: str) -> list[str]:
    """The pages, wherever they stand; but not the one that is the same page in the other language."""
    found = re.findall(r"\]\(([^)]+)\)", page)
    return [link.rpartition("/")[2] for link in found if not link.endswith(("fr/index.md", "../index.md"))]


@pytest.mark.parametrize("name", GUIDE)
def test_french_is_typeset_as_french(name: str) -> None:
    """No line may begin with a sign that belongs to the word before it."""
    lines = re.sub(r"`[^`\n]+`", "`...`", prose(read(FRENCH / name))).splitlines()
    assert [line for line in lines if line != typeset(line)] == []


@pytest.mark.parametrize(("folder", "language"), [(DOCS, "en"), (FRENCH, "fr")])
def test_every_button_of_the_page_for_the_night_is_one(folder: Path, language: str) -> None:
    page = read(folder / "during-a-raid.md")
    table = re.findall(r"^\|[^|]+\| \*\*([^*]+)\*\*", page, re.MULTILINE)
    words = (LOCALE / f"{language}.po").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert len(table) >= 6
    for button in (*table, *re.findall(r"(?:Touch|Touchez) \*\*([^*]+)\*\*", page)):
        assert f'"{button.replace(chr(160), " ")}' in words, button
