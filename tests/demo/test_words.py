"""The words of the page: the same in both languages, and all of them used."""

import json
import re

from bridge.demo.app import PAGE

TABLES = json.loads((PAGE / "words.json").read_text(encoding="utf-8"))
CODE = "\n".join(path.read_text(encoding="utf-8") for path in PAGE.glob("*.js"))
HTML = (PAGE / "index.html").read_text(encoding="utf-8")


def test_french_and_english_have_the_same_words() -> None:
    assert TABLES["fr"].keys() == TABLES["en"].keys()


def test_a_word_takes_the_same_values_in_both_languages() -> None:
    assert values("fr") == values("en")


def values(language: str) -> dict[str, list[str]]:
    """What each word takes."""
    return {key: sorted(re.findall(r"\{\w+\}", text)) for key, text in TABLES[language].items()}


def test_the_page_asks_for_every_word_and_for_no_other() -> None:
    marked = set(re.findall(r'data-(?:word|label|placeholder)="(\w+)"', HTML))
    asked = {name for name in TABLES["en"] if re.search(rf"'{name.removesuffix('Text')}'", CODE)}
    plural = {f"{name}_{form}" for name in re.findall(r"plural\('(\w+)'", CODE) for form in ("one", "other")}
    assert marked | asked | plural == TABLES["en"].keys()
    assert set(re.findall(r"\bword\('(\w+)'", CODE)) <= TABLES["en"].keys()


def test_french_keeps_its_punctuation_on_the_line() -> None:
    ours = {key: text for key, text in TABLES["fr"].items() if not key.endswith("Text")}
    assert [key for key, text in ours.items() if re.search(r" [:;!?»]|« |'", text)] == []


def test_the_page_asks_nothing_of_anybody_else() -> None:
    for path in PAGE.iterdir():
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|//\w+\.\w+/", text), path.name


def test_what_people_wrote_never_becomes_markup() -> None:
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|DOMParser", CODE)
