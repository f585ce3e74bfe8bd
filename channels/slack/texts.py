"""Text as Slack may show it: plain, legible, and short enough. Pure.

Whatever a person wrote leaves this room only through the two elements made here, `plain_text` and the `text`
of a rich text: Slack reads no mention, link, emoji or formatting in either.
"""

from collections.abc import Iterable
from typing import Any, Literal

from channels.rooms.legible import cut, legible

Element = dict[str, Any]
"""A piece of Block Kit: https://docs.slack.dev/reference/block-kit."""

LONGEST_SECTION = 3000
LONGEST_FALLBACK = 800
"""Slack recommends at most 4,000 characters: https://docs.slack.dev/reference/methods/chat.postMessage.
Escaped, a character can become five."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
"""https://docs.slack.dev/messaging/formatting-message-text#escaping."""


def plain(text: str, limit: int) -> Element:
    """A `plain_text` object of at most `limit` characters and at least one: Slack refuses an empty one."""
    return plain_lines((text,), limit)


def plain_lines(lines: Iterable[str], limit: int) -> Element:
    """A `plain_text` object with a line for each text; no text can begin a line of its own."""
    text = "\n".join(legible(line, limit) for line in lines)
    return {"type": "plain_text", "text": cut(text, limit) or "-", "emoji": False}


def rich(text: str, limit: int, style: Literal["bold", "code"] | None = None) -> Element:
    """A `text` element for a rich text."""
    element: Element = {"type": "text", "text": legible(text, limit) or "-"}
    return {**element, "style": {style: True}} if style else element


def fallback(lines: Iterable[str]) -> str:
    """The text of a notification. Slack reads it as its own markup, so what would be markup is escaped."""
    text = "\n".join(legible(line, LONGEST_FALLBACK) for line in lines)
    return cut(text, LONGEST_FALLBACK).translate(_ESCAPES)
