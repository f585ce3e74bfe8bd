"""Draws cards, notes and answers as message attachments. Pure.

https://developers.mattermost.com/integrate/reference/message-attachments/. What is cut shows it. Nothing that
anybody wrote is markup, a mention or a link there: see `safe` and `quoted`.
"""

import re
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from bridge.card import Button, Card, Note
from bridge.waking import BROADCASTS
from bridge.wording import Words
from channels.rooms.legible import legible

Attachment = dict[str, Any]
Carry = Callable[[Button], dict[str, str]]
"""What a button is to carry."""

_LONGEST_LINE, _LONGEST_BUTTON, _LONGEST_SAMPLE = 400, 64, 1000
_MOST_LINES, _MOST_BUTTONS = 12, 25
LONGEST_MESSAGE = 16_000
"""Characters: the server takes 16,383."""

_BARS = "▁▂▃▄▅▆▇█"
_STYLES = {"plain": "default", "primary": "primary", "danger": "danger"}

_MARKUP = re.compile(r"([\\`*_{}\[\]#~|>])")
"""What begins or ends markup where it stands: https://docs.mattermost.com/collaborate/format-messages.html."""

_HARMLESS = str.maketrans({"@": "＠", "<": "‹"})


def safe(line: str, longest: int = _LONGEST_LINE) -> str:
    """A line as text: nobody is mentioned by it, nothing is linked, nothing is formatted."""
    return _MARKUP.sub(r"\\\1", plain(line, longest))


def plain(line: str, longest: int = _LONGEST_LINE) -> str:
    """The same where no markup is read, such as on a button."""
    shown = legible(line, longest).translate(_HARMLESS)
    return shown.replace("://", ":／／").replace("www.", "www．")


def quoted(text: str, longest: int = _LONGEST_SAMPLE) -> str:
    """What a stranger wrote: on one line of a block of code, in which nothing is read as anything."""
    return f"```\n{legible(text, longest).replace('`', 'ˋ') or '-'}\n```"


def card_attachment(card: Card, words: Words, url: str, carry: Carry) -> Attachment:
    """The card with its buttons. `url`: where the server says that one was pressed."""
    groups = [f"- {safe(one)}" for one in card.groups[:_MOST_LINES]]
    titled = [f"**{safe(card.groups_label)}**", *groups] if groups and card.groups_label else groups
    lines = [*_capped(card.lines, words), *_spark(card), *titled]
    return {
        "fallback": "\n".join(plain(one) for one in (card.title, *card.lines))[:_LONGEST_LINE],
        "title": plain(card.title),
        "text": "\n".join(lines),
        "fields": [
            {"title": plain(one.label), "value": safe(one.value), "short": True} for one in card.facts
        ],
        "footer": plain(card.footer),
        "actions": actions(card.buttons, url, carry),
    }


def note_attachments(note: Note, url: str, carry: Carry) -> list[Attachment]:
    """The buttons under what is said in a thread."""
    drawn = actions(note.buttons, url, carry)
    return [{"fallback": plain(note.text), "actions": drawn}] if drawn else []


def note_message(note: Note, names: dict[str, str]) -> str:
    """What is said; whoever is mentioned stands in front of it. `names`: of people, by their ids."""
    known = [one if one in BROADCASTS else names.get(one, "") for one in note.mentions]
    return " ".join([*(f"@{one}" for one in known if one), safe(note.text, LONGEST_MESSAGE)])


def actions(
    buttons: Sequence[Button], url: str, carry: Carry, ids: "count[int] | None" = None
) -> list[Attachment]:
    """Buttons: their ids are letters and digits, for the server takes nothing else."""
    ids = ids or count()
    return [
        {
            "id": f"a{next(ids)}",
            "type": "button",
            "name": plain(button.label, _LONGEST_BUTTON),
            "style": _STYLES[button.tone],
            "integration": {"url": url, "context": carry(button)},
        }
        for button in buttons[:_MOST_BUTTONS]
    ]


def _capped(lines: Sequence[str], words: Words) -> list[str]:
    left_out = len(lines) - _MOST_LINES
    more = [words("more", count=left_out)] if left_out > 0 else []
    return [*map(safe, lines[:_MOST_LINES]), *more]


def _spark(card: Card) -> list[str]:
    if not card.spark:
        return []
    highest = max(1, *card.spark)
    bars = "".join(_BARS[-(-max(0, value) * (len(_BARS) - 1) // highest)] for value in card.spark)
    return [f"{safe(card.spark_label)} `{bars}`".strip()]
