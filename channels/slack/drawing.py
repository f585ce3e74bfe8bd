"""Draws cards, and what is said under them, as Block Kit. Pure."""

from collections.abc import Iterable, Sequence
from itertools import count

from bridge.card import Card, Note
from bridge.waking import BROADCASTS
from bridge.wording import Words
from channels.slack.blocks import (
    LONGEST_LABEL,
    LONGEST_LINE,
    SPACE,
    Blocks,
    actions,
    capped,
    context,
    facts_blocks,
    header,
    lines_block,
    rich_text,
    said,
    section,
)
from channels.slack.texts import LONGEST_SECTION, Element, fallback, rich

_BARS = "▁▂▃▄▅▆▇█"


def card_blocks(card: Card, words: Words) -> Blocks:
    """The card with its buttons: at most eleven blocks."""
    return [
        header(card.title),
        *lines_block(capped(card.lines, words)),
        *facts_blocks(card.facts, words),
        *_spark(card.spark, card.spark_label),
        *_groups(card, words),
        *actions(card.buttons, count()),
        *context(card.footer),
    ]


def plainest(card: Card, words: Words) -> Blocks:
    """The card without anything that Slack could mistake: what it says, and no buttons."""
    facts = [words("pair", label=fact.label, value=fact.value) for fact in card.facts]
    return said([card.title, *card.lines, *facts, *card.groups, card.footer])


def card_text(card: Card) -> str:
    """What a notification says of a card: our own words only."""
    return fallback((card.title, *card.lines))


def note_blocks(note: Note) -> Blocks:
    """What is said in a thread; whoever is mentioned stands in front of it."""
    mentions = _ours(note.mentions)
    if not mentions:
        return [*said([note.text]), *actions(note.buttons, count())]
    named = [part for one in mentions for part in (_mention(one), SPACE)]
    text = rich(note.text, LONGEST_SECTION)
    return [rich_text([section([*named, text])]), *actions(note.buttons, count())]


def note_drawings(note: Note) -> list[Blocks]:
    """As it is meant to look; then with its mentions written into a text. Slack refuses all of a message over
    one mention of somebody whom it does not find, such as a group that is no more, unless it is written."""
    written = {"type": "mrkdwn", "text": note_text(note), "verbatim": True}
    marked = [{"type": "section", "text": written}, *actions(note.buttons, count())]
    return [note_blocks(note), *([marked] if _ours(note.mentions) else [])]


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


def _spark(values: Sequence[int], label: str) -> Blocks:
    if not values:
        return []
    highest = max(1, *values)
    bars = "".join(_BARS[-(-max(0, value) * (len(_BARS) - 1) // highest)] for value in values)
    labelled = [rich(label, LONGEST_LABEL), SPACE] if label else []
    return [rich_text([section([*labelled, rich(bars, LONGEST_LINE, "code")])])]


def _groups(card: Card, words: Words) -> Blocks:
    if not card.groups:
        return []
    items = capped(card.groups, words)
    title = [section([rich(card.groups_label, LONGEST_LABEL, "bold")])] if card.groups_label else []
    listed = {
        "type": "rich_text_list",
        "style": "bullet",
        "elements": [section([rich(item, LONGEST_LINE)]) for item in items],
    }
    return [rich_text([*title, listed])]
