"""The pieces of Block Kit that every page of ours is made of, within Slack's limits by construction. Pure.

The limits: https://docs.slack.dev/reference/block-kit. What is cut shows it; the rest of a list is counted.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import count

from bridge.card import Button, Confirm, Fact
from bridge.wording import Words
from channels.rooms.legible import cut, legible, units
from channels.slack.texts import LONGEST_SECTION, Element, plain, plain_lines

ACTION_PREFIX = "act:"
"""How the ids of our buttons begin."""

LINK = "link:status_page"
"""The id of a button that only opens an address: Slack tells of its touch, and nobody has to act on it."""

LONGEST_VALUE, LONGEST_BUTTON = 2000, 75
_LONGEST_ACTION_ID, _LONGEST_HEADER = 255, 150
_CONFIRM_TITLE, _CONFIRM_TEXT, _CONFIRM_BUTTON = 100, 300, 30
_MOST_FIELDS, _MOST_BUTTONS = 10, 25
_MOST_FACTS = 3 * _MOST_FIELDS
_MOST_SECTIONS = 3
"""All blocks of a message together may have some 13,000 characters, whatever each may have by itself:
https://github.com/slackapi/bolt-js/issues/2509"""

_MOST_LINES, LONGEST_LINE = 10, 250
LONGEST_LABEL, LONGEST_FACT = 60, 120

SPACE: Element = {"type": "text", "text": " "}

Blocks = list[Element]


def said(lines: Iterable[str]) -> Blocks:
    """Plain lines, in as few sections as hold them; what not even three do is cut, and that shows."""
    packed: list[list[str]] = [[]]
    for line in (legible(one, LONGEST_SECTION) for one in lines if one):
        longer = sum(map(units, packed[-1])) + len(packed[-1]) + units(line)
        if packed[-1] and longer > LONGEST_SECTION and len(packed) < _MOST_SECTIONS:
            packed.append([])
        packed[-1].append(line)
    return [{"type": "section", "text": plain_lines(one, LONGEST_SECTION)} for one in packed]


def link_blocks(url: str | None, words: Words) -> Blocks:
    """A button that opens the status page in a browser; nothing where there is no link."""
    if url is None:
        return []
    text = plain(words("status_page"), LONGEST_BUTTON)
    return [
        {"type": "actions", "elements": [{"type": "button", "action_id": LINK, "text": text, "url": url}]}
    ]


def header(title: str) -> Element:
    return {"type": "header", "text": plain(title, _LONGEST_HEADER)}


def lines_block(lines: Sequence[str]) -> Blocks:
    return [{"type": "section", "text": plain_lines(lines, LONGEST_SECTION)}] if lines else []


def capped(lines: Sequence[str], words: Words) -> list[str]:
    shown = [legible(line, LONGEST_LINE) for line in lines[:_MOST_LINES]]
    more = surplus(len(lines) - _MOST_LINES, words)
    return [*shown, more] if more else shown


def surplus(left_out: int, words: Words) -> str:
    return words("more", count=left_out) if left_out > 0 else ""


def facts_blocks(facts: Sequence[Fact], words: Words) -> Blocks:
    """As many sections as it takes: on a bad day a card has more facts than one holds."""
    fields = [
        plain_lines((legible(fact.label, LONGEST_LABEL), legible(fact.value, LONGEST_FACT)), 2 * LONGEST_FACT)
        for fact in facts[:_MOST_FACTS]
    ]
    sections: Blocks = [
        {"type": "section", "fields": fields[begin : begin + _MOST_FIELDS]}
        for begin in range(0, len(fields), _MOST_FIELDS)
    ]
    return [*sections, *context(surplus(len(facts) - _MOST_FACTS, words))]


def rich_text(elements: list[Element]) -> Element:
    return {"type": "rich_text", "elements": elements}


def section(elements: list[Element]) -> Element:
    return {"type": "rich_text_section", "elements": elements}


def context(text: str) -> Blocks:
    return [{"type": "context", "elements": [plain(text, LONGEST_LINE)]}] if text else []


def actions(buttons: Sequence[Button], ids: "count[int]") -> Blocks:
    elements = [drawn for button in buttons[:_MOST_BUTTONS] if (drawn := button_of(button, ids))]
    return [{"type": "actions", "elements": elements}] if elements else []


def button_of(button: Button, ids: "count[int]") -> Element | None:
    """The button; `None` for one whose target is longer than a button can carry."""
    value = json.dumps({"verb": button.verb, "target": button.target}, separators=(",", ":"))
    if len(value) > LONGEST_VALUE:
        return None
    drawn: Element = {
        "type": "button",
        "action_id": cut(f"{ACTION_PREFIX}{next(ids)}:{button.verb}", _LONGEST_ACTION_ID),
        "text": plain(button.label, LONGEST_BUTTON),
        "value": value,
    }
    if button.tone != "plain":
        drawn["style"] = button.tone
    if button.confirm:
        drawn["confirm"] = _confirm(button.confirm)
    return drawn


def _confirm(confirm: Confirm) -> Element:
    return {
        "title": plain(confirm.title, _CONFIRM_TITLE),
        "text": plain(confirm.text, _CONFIRM_TEXT),
        "confirm": plain(confirm.yes, _CONFIRM_BUTTON),
        "deny": plain(confirm.no, _CONFIRM_BUTTON),
    }
