"""Draws the home page: how things stand, the rules and the mutes in force, each with its way back. Pure."""

from collections.abc import Iterable
from itertools import count

from bridge.card import Button, Home, HomeMute
from bridge.wording import Words
from channels.rooms.legible import legible
from channels.slack.blocks import (
    LONGEST_FACT,
    LONGEST_LABEL,
    LONGEST_LINE,
    Blocks,
    actions,
    button_of,
    context,
    facts_blocks,
    header,
    lines_block,
    link_blocks,
    said,
    surplus,
)
from channels.slack.payloads import TYPED
from channels.slack.texts import LONGEST_SECTION, Element, plain, plain_lines

LEAF, SEARCH_MUTES = "leaf", "search_mutes"
"""What is no act: to leaf through the mutes on the home page, and to search them."""

_MOST_MUTES, _MOST_RULES = 20, 20


def home_view(home: Home, words: Words, told: str = "", link: str | None = None) -> Element:
    """The home page; `told` is what came of the reader's last act, `link` opens the status page."""
    ids = count()
    blocks = [
        header(home.title),
        *lines_block([told] if told else []),
        *facts_blocks(home.facts, words),
        *actions(home.buttons, ids),
        *link_blocks(link, words),
        *_rules(home, words, ids),
        {"type": "divider"},
        *lines_block([home.mutes_label] if home.mutes_label else []),
        *(_mute(mute, ids) for mute in home.mutes[:_MOST_MUTES]),
        *context(surplus(max(0, len(home.mutes) - _MOST_MUTES) + home.mutes_left_out, words)),
        *_leafing(home, words, ids),
        *context(home.footer),
    ]
    return {"type": "home", "blocks": blocks}


def note_view(lines: Iterable[str]) -> Element:
    """A home page that says a few words of ours."""
    return {"type": "home", "blocks": said(lines)}


def _rules(home: Home, words: Words, ids: "count[int]") -> Blocks:
    if not home.rules:
        return []
    rows = [_mute(rule, ids) for rule in home.rules[:_MOST_RULES]]
    more = context(surplus(len(home.rules) - _MOST_RULES, words))
    return [{"type": "divider"}, *lines_block([home.rules_label]), *rows, *more]


def _leafing(home: Home, words: Words, ids: "count[int]") -> Blocks:
    """Other pages of the mutes, and a field to search them; nothing where all are there to be seen."""
    if home.mutes_pages < 2 and not home.mutes_phrase:  # noqa: PLR2004 - one page is all of them
        return []
    at, pages = home.mutes_page, home.mutes_pages

    def leaf(label: str, page: int, phrase: str) -> Button:
        return Button(LEAF, words(label), f"{page} {phrase}")

    buttons = [
        *([leaf("page_before", at - 1, home.mutes_phrase)] if at else []),
        *([leaf("page_after", at + 1, home.mutes_phrase)] if at + 1 < pages else []),
        *([leaf("all_mutes", 0, "")] if home.mutes_phrase else []),
    ]
    where = context(words("page_of", page=at + 1, pages=pages))
    return [*where, *actions(buttons, ids), _field(SEARCH_MUTES, words("search_mutes"), home.mutes_phrase)]


def _field(block_id: str, label: str, written: str = "") -> Element:
    """A field that is sent off by Enter."""
    return {
        "type": "input",
        "block_id": block_id,
        "dispatch_action": True,
        "optional": True,
        "label": plain(label, LONGEST_LABEL),
        "element": {
            "type": "plain_text_input",
            "action_id": TYPED,
            "max_length": LONGEST_FACT,
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
            **({"initial_value": legible(written, LONGEST_FACT)} if written else {}),
        },
    }


def _mute(mute: HomeMute, ids: "count[int]") -> Element:
    told = plain_lines(
        (legible(mute.handle, LONGEST_LABEL), legible(mute.told, LONGEST_LINE)), LONGEST_SECTION
    )
    undo = button_of(mute.undo, ids)
    return {"type": "section", "text": told, **({"accessory": undo} if undo else {})}
