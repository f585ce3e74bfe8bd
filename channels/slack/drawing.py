"""Draws cards, notes and pages as Block Kit, within Slack's limits by construction. Pure.

The limits: https://docs.slack.dev/reference/block-kit. What is cut shows it; the rest of a list is counted.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import count

from bridge.card import Bundle, Button, Card, Confirm, Discovery, Fact, Home, HomeMute, Note, Sample
from bridge.model import SECOND
from bridge.waking import BROADCASTS
from bridge.wording import Words
from channels.rooms.legible import cut, legible
from channels.slack.payloads import ASKING, TYPED
from channels.slack.texts import LONGEST_SECTION, Element, fallback, plain, plain_lines, rich

ACTION_PREFIX = "act:"
"""How the ids of our buttons begin."""

LINK = "link:status_page"
"""The id of a button that only opens an address: Slack tells of its touch, and nobody has to act on it."""

LEAF, SEARCH_MUTES = "leaf", "search_mutes"
"""What is no act: to leaf through the mutes on the home page, and to search them."""

LONGEST_PHRASE = 200

LONGEST_VALUE = 2000
_LONGEST_ACTION_ID = 255
_LONGEST_HEADER = 150
_LONGEST_BUTTON = 75
_LONGEST_VIEW_TITLE = 24
_CONFIRM_TITLE, _CONFIRM_TEXT, _CONFIRM_BUTTON = 100, 300, 30
_MOST_FIELDS = 10
_MOST_BUTTONS = 25

_MOST_LINES, _LONGEST_LINE = 10, 250
_LONGEST_LABEL, _LONGEST_FACT = 60, 120
_MOST_MUTES = 20
_MOST_RULES = 20
_MOST_SAMPLES, _LONGEST_SAMPLE = 24, 1000
"""A window holds a hundred blocks and 250 KB at most; a sample takes four, and a character may take six."""

_MOST_BUNDLES, _LONGEST_GLANCE = 14, 160
"""And a bundle takes seven."""

_BARS = "▁▂▃▄▅▆▇█"
_SPACE: Element = {"type": "text", "text": " "}

Blocks = list[Element]


def card_blocks(card: Card, words: Words) -> Blocks:
    """The card with its buttons: at most eight blocks."""
    return [
        _header(card.title),
        *_lines(_capped(card.lines, words)),
        *_facts(card.facts),
        *_spark(card.spark, card.spark_label),
        *_groups(card, words),
        *_actions(card.buttons, count()),
        *_context(card.footer),
    ]


def plainest(card: Card, words: Words) -> Blocks:
    """The card without anything that Slack could mistake: what it says, and no buttons."""
    facts = [words("pair", label=fact.label, value=fact.value) for fact in card.facts]
    return said([card.title, *card.lines, *facts, *card.groups, card.footer])


def said(lines: Iterable[str]) -> Blocks:
    """Plain lines in one section."""
    return [{"type": "section", "text": plain_lines(filter(None, lines), LONGEST_SECTION)}]


def link_blocks(url: str | None, words: Words) -> Blocks:
    """A button that opens the status page in a browser; nothing where there is no link."""
    if url is None:
        return []
    text = plain(words("status_page"), _LONGEST_BUTTON)
    return [
        {"type": "actions", "elements": [{"type": "button", "action_id": LINK, "text": text, "url": url}]}
    ]


def note_blocks(note: Note) -> Blocks:
    """What is said in a thread; whoever is mentioned stands in front of it."""
    mentions = _ours(note.mentions)
    if not mentions:
        return [*said([note.text]), *_actions(note.buttons, count())]
    named = [part for one in mentions for part in (_mention(one), _SPACE)]
    text = rich(note.text, LONGEST_SECTION)
    return [_rich_text([_section([*named, text])]), *_actions(note.buttons, count())]


def note_text(note: Note) -> str:
    """What its notification says. Only ids that the rules file lets through become mentions."""
    return " ".join([*map(_marked, _ours(note.mentions)), fallback([note.text])])


def _ours(mentions: Iterable[str]) -> list[str]:
    """Whom Slack has: another room's people mean nothing here."""
    return [one for one in mentions if one in BROADCASTS or one.startswith(("U", "W", "S"))]


def _mention(woken: str) -> Element:
    if woken in BROADCASTS:
        return {"type": "broadcast", "range": woken}
    if woken.startswith("S"):
        return {"type": "usergroup", "usergroup_id": woken}
    return {"type": "user", "user_id": woken}


def _marked(woken: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text#mentioning-users."""
    if woken in BROADCASTS:
        return f"<!{woken}>"
    return f"<!subteam^{woken}>" if woken.startswith("S") else f"<@{woken}>"


def card_text(card: Card) -> str:
    """What a notification says of a card: our own words only."""
    return fallback((card.title, *card.lines))


def home_view(home: Home, words: Words, told: str = "", link: str | None = None) -> Element:
    """The home page; `told` is what came of the reader's last act, `link` opens the status page."""
    ids = count()
    blocks = [
        _header(home.title),
        *_lines([told] if told else []),
        *_facts(home.facts),
        *_actions(home.buttons, ids),
        *link_blocks(link, words),
        *_rules(home, words, ids),
        {"type": "divider"},
        *_lines([home.mutes_label] if home.mutes_label else []),
        *(_mute(mute, ids) for mute in home.mutes[:_MOST_MUTES]),
        *_context(_surplus(max(0, len(home.mutes) - _MOST_MUTES) + home.mutes_left_out, words)),
        *_leafing(home, words, ids),
        *_context(home.footer),
    ]
    return {"type": "home", "blocks": blocks}


def _rules(home: Home, words: Words, ids: "count[int]") -> Blocks:
    if not home.rules:
        return []
    rows = [_mute(rule, ids) for rule in home.rules[:_MOST_RULES]]
    surplus = _context(_surplus(len(home.rules) - _MOST_RULES, words))
    return [{"type": "divider"}, *_lines([home.rules_label]), *rows, *surplus]


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
    where = _context(words("page_of", page=at + 1, pages=pages))
    return [*where, *_actions(buttons, ids), _field(SEARCH_MUTES, words("search_mutes"), home.mutes_phrase)]


def _field(block_id: str, label: str, written: str = "") -> Element:
    """A field that is sent off by Enter."""
    return {
        "type": "input",
        "block_id": block_id,
        "dispatch_action": True,
        "optional": True,
        "label": plain(label, _LONGEST_LABEL),
        "element": {
            "type": "plain_text_input",
            "action_id": TYPED,
            "max_length": _LONGEST_FACT,
            "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
            **({"initial_value": legible(written, _LONGEST_FACT)} if written else {}),
        },
    }


def asking_view(words: Words) -> Element:
    """The window in which somebody writes what to look for."""
    field = {
        "type": "input",
        "block_id": ASKING,
        "label": plain(words("find_label"), _LONGEST_LABEL),
        "hint": plain(words("find_hint"), _LONGEST_LINE),
        "element": {"type": "plain_text_input", "action_id": TYPED, "max_length": LONGEST_PHRASE},
    }
    view = _window([field], words, "find_title")
    return {**view, "callback_id": ASKING, "submit": plain(words("find_submit"), _LONGEST_VIEW_TITLE)}


def discovery_view(found: Discovery, words: Words, told: str = "") -> Element:
    """The window of what was found; `told` is what came of the reader's last touch."""
    ids = count()
    texts = [block for sample in found.samples for block in _sample(sample, words, ids)]
    done = [block for one in found.bundles[:_MOST_BUNDLES] for block in _bundle(one, words, ids)]
    blocks = [
        *_lines([told] if told else []),
        *_lines(found.lines),
        *_actions(found.buttons, ids),
        *_context(words("find_note") if found.samples else ""),
        *texts,
        *done,
    ]
    return _window(blocks, words, "find_title")


def with_look(view: Element, look: str) -> Element:
    """The window with a note of what it shows, which Slack hands back when something is touched in it."""
    return {**view, "private_metadata": look}


def note_view(lines: Iterable[str]) -> Element:
    """A home page that says a few words of ours."""
    return {"type": "home", "blocks": said(lines)}


def samples_view(samples: Sequence[Sample], words: Words, told: str = "") -> Element:
    """The window with the texts that somebody asked to see; `told`: what came of the last touch."""
    if not samples:
        return window(filter(None, [told, words("samples_none")]), words)
    ids = count()
    texts = [block for sample in samples[:_MOST_SAMPLES] for block in _sample(sample, words, ids)]
    surplus = _context(_surplus(len(samples) - _MOST_SAMPLES, words))
    said_first = _lines([told] if told else [])
    return _window([*said_first, *_context(words("samples_note")), *texts, *surplus], words)


def bundles_view(bundles: Sequence[Bundle], words: Words, told: str = "") -> Element:
    """The window with people who can be dealt with by one touch; `told` is what came of the reader's last."""
    ids = count()
    drawn = [block for one in bundles[:_MOST_BUNDLES] for block in _bundle(one, words, ids)]
    nobody = [] if bundles else _lines([words("doubtful_none")])
    note = _context(words("doubtful_note") if bundles else "")
    more = _context(_surplus(len(bundles) - _MOST_BUNDLES, words))
    return _window([*_lines([told] if told else []), *note, *drawn, *more, *nobody], words, "doubtful_title")


def _bundle(one: Bundle, words: Words, ids: "count[int]") -> Blocks:
    """The text comes last, apart from ours, and only its beginning."""
    sample = _sample(one.sample, words, ids, _LONGEST_GLANCE) if one.sample else []
    return [{"type": "divider"}, *_lines([one.told]), *sample, *_actions(one.buttons, ids)]


def window(lines: Iterable[str], words: Words) -> Element:
    """A window that says a few words of ours."""
    return _window(said(lines), words)


def _window(blocks: Blocks, words: Words, title: str = "samples_title") -> Element:
    return {
        "type": "modal",
        "title": plain(words(title), _LONGEST_VIEW_TITLE),
        "close": plain(words("close"), _LONGEST_VIEW_TITLE),
        "blocks": blocks,
    }


def _header(title: str) -> Element:
    return {"type": "header", "text": plain(title, _LONGEST_HEADER)}


def _lines(lines: Sequence[str]) -> Blocks:
    return [{"type": "section", "text": plain_lines(lines, LONGEST_SECTION)}] if lines else []


def _capped(lines: Sequence[str], words: Words) -> list[str]:
    shown = [legible(line, _LONGEST_LINE) for line in lines[:_MOST_LINES]]
    surplus = _surplus(len(lines) - _MOST_LINES, words)
    return [*shown, surplus] if surplus else shown


def _surplus(left_out: int, words: Words) -> str:
    return words("more", count=left_out) if left_out > 0 else ""


def _facts(facts: Sequence[Fact]) -> Blocks:
    fields = [
        plain_lines(
            (legible(fact.label, _LONGEST_LABEL), legible(fact.value, _LONGEST_FACT)), 2 * _LONGEST_FACT
        )
        for fact in facts[:_MOST_FIELDS]
    ]
    return [{"type": "section", "fields": fields}] if fields else []


def _spark(values: Sequence[int], label: str) -> Blocks:
    if not values:
        return []
    highest = max(1, *values)
    bars = "".join(_BARS[-(-max(0, value) * (len(_BARS) - 1) // highest)] for value in values)
    labelled = [rich(label, _LONGEST_LABEL), _SPACE] if label else []
    return [_rich_text([_section([*labelled, rich(bars, _LONGEST_LINE, "code")])])]


def _groups(card: Card, words: Words) -> Blocks:
    if not card.groups:
        return []
    items = _capped(card.groups, words)
    title = [_section([rich(card.groups_label, _LONGEST_LABEL, "bold")])] if card.groups_label else []
    listed = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [_section([rich(item, _LONGEST_LINE)]) for item in items],
    }
    return [_rich_text([*title, listed])]


def _rich_text(elements: list[Element]) -> Element:
    return {"type": "rich_text", "elements": elements}


def _section(elements: list[Element]) -> Element:
    return {"type": "rich_text_section", "elements": elements}


def _context(text: str) -> Blocks:
    return [{"type": "context", "elements": [plain(text, _LONGEST_LINE)]}] if text else []


def _actions(buttons: Sequence[Button], ids: "count[int]") -> Blocks:
    elements = [drawn for button in buttons[:_MOST_BUTTONS] if (drawn := _button(button, ids))]
    return [{"type": "actions", "elements": elements}] if elements else []


def _button(button: Button, ids: "count[int]") -> Element | None:
    """The button; `None` for one whose target is longer than a button can carry."""
    value = json.dumps({"verb": button.verb, "target": button.target}, separators=(",", ":"))
    if len(value) > LONGEST_VALUE:
        return None
    drawn: Element = {
        "type": "button",
        "action_id": cut(f"{ACTION_PREFIX}{next(ids)}:{button.verb}", _LONGEST_ACTION_ID),
        "text": plain(button.label, _LONGEST_BUTTON),
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


def _mute(mute: HomeMute, ids: "count[int]") -> Element:
    told = plain_lines(
        (legible(mute.handle, _LONGEST_LABEL), legible(mute.told, _LONGEST_LINE)), LONGEST_SECTION
    )
    undo = _button(mute.undo, ids)
    return {"type": "section", "text": told, **({"accessory": undo} if undo else {})}


def _sample(sample: Sample, words: Words, ids: "count[int]", longest: int = _LONGEST_SAMPLE) -> Blocks:
    """Whose and when, in the reader's own time zone; then the text alone; then why it is judged so, and what
    can be done about it: at most four blocks."""
    at = datetime.fromtimestamp(sample.at // SECOND, UTC)
    date = {
        "type": "date",
        "timestamp": sample.at // SECOND,
        "format": "{date_short_pretty} {time_secs}",
        "fallback": f"{at:%Y-%m-%d %H:%M:%S} UTC",
    }
    whose = _section([rich(sample.handle, _LONGEST_LABEL, "bold"), _SPACE, date])
    text = plain(sample.text if sample.text.strip() else words("no_text"), longest)
    judged, buttons = _context(sample.why), _actions(sample.buttons, ids)
    return [_rich_text([whose]), {"type": "section", "text": text}, *judged, *buttons]
