"""The page for people: whole, alone, and without a text or a number of anybody."""

import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from bridge.replay import Result, Written
from bridge.replay.report import page
from tests.replay.support import PASTE, line, number, paste, run

VOID = {"meta", "br"}


class Outline(HTMLParser):
    """Which elements are open; what is not closed in order fails."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(html: str) -> Outline:
    """The elements of a page that is well formed."""
    parser = Outline()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def weekend() -> Result:
    """Ordinary people, a raid, and ordinary people again, with labels."""
    calm = [line(minute, minute + 1, "<b>salut</b> & toi") for minute in range(0, 60, 5)]
    raid = paste([70 + minute for minute in range(12)])
    after = [line(3000 + minute, 500 + minute) for minute in range(5)]
    everything = [*calm, *raid, *after]
    labels = {one.id: ("raider" if one in raid else "ordinary") for one in everything}
    return run(*everything, labels=labels)  # type: ignore[arg-type]  # both words are labels


TRACES: dict[str, list[Written]] = {
    "empty": [],
    "one message": [line(0)],
    "one instant": [line(0, who) for who in range(1, 5)],
    "eight weeks": [line(day * 1440, day) for day in range(1, 57)],
}


@pytest.mark.parametrize("name", TRACES)
def test_the_page_is_well_formed_whatever_the_trace(name: str) -> None:
    assert outline(page(run(*TRACES[name]))).seen[0][0] == "html"


def test_the_pictures_can_be_heard_as_well_as_seen() -> None:
    html = page(weekend())
    pictures = re.findall(r'<svg viewBox="0 0 960.*?</svg>', html)
    assert len(pictures) == 2
    for drawn in pictures:
        svg = ET.fromstring(drawn)  # noqa: S314 - drawn by us
        assert svg.get("role") == "img"
        named = (svg.get("aria-labelledby") or "").split()
        texts = {child.get("id"): child.text for child in svg if child.get("id")}
        assert all(texts[name] for name in named)


def test_nothing_on_the_page_is_a_text_or_a_number_of_anybody() -> None:
    html = page(weekend())
    assert "salut" not in html
    assert PASTE not in html
    assert "Un mot." not in html
    for who in [*range(1, 60, 5), *range(100, 112)]:
        assert number(who).removeprefix("+") not in html


def test_the_page_asks_nothing_of_the_network() -> None:
    parser = outline(page(weekend()))
    assert {"script", "link", "img", "iframe"}.isdisjoint(tag for tag, _ in parser.seen)
    assert not any({"src", "href", "srcset"} & set(attributes) for _, attributes in parser.seen)
    assert "url(" not in page(weekend())
    assert "@import" not in page(weekend())


def test_the_headline_says_what_happened() -> None:
    html = page(weekend())
    told = re.sub(r"<[^>]+>", "", html[html.index("<h1") : html.index("</h1>")])
    assert told.startswith("Of 29 messages from 29 senders, 17 were answered for €1.30;")
    assert told.endswith("12 of 12 raiders were recognised, and 0 of 17 ordinary people were taken for one.")


def test_every_raid_is_told_with_its_reasons() -> None:
    result = weekend()
    (raid,) = result.summary["raids"]
    html = page(result)
    assert raid["id"] in html
    assert all(reason in html for reason in raid["reasons"])


def test_the_same_replay_gives_the_same_page() -> None:
    assert page(weekend()) == page(weekend())


def test_bars_stand_for_every_message_once() -> None:
    html = page(weekend())
    bars = re.findall(r"<title>[^<]*: (\d+) (?:ordinary|suspect|raider)</title>", html)
    assert sum(map(int, bars)) == 29
