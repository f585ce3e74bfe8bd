"""Text as a room may show it: on one line, legible, and short enough. Pure."""

import re
import unicodedata
from collections.abc import Iterable

ELLIPSIS = "…"
REPLACEMENT = "\ufffd"
"""Stands, visibly, for a character that hides or disguises something."""

_LINE_BREAK = " ⏎ "
_BREAKS = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Co", "Cs"})
"""Controls, format characters (zero-width, bidirectional, tags), private ones, and halves of surrogate pairs:
https://www.unicode.org/reports/tr44/#General_Category_Values."""
_BLANK = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0))))
)
"""Letters, marks and selectors that show nothing; U+FE0F stays, for many emoji are written with it."""
_PICTOGRAPHS = range(0x1F000, 0x1FC00)
"""Emoji are newer than Python's tables: in this range, an unknown character is one."""
_MARKS = frozenset({"Mn", "Me"})
_MOST_MARKS = 4
"""Marks that may stand on one letter: Vietnamese needs two, and a pile of them runs over its neighbours."""


def legible(text: str, limit: int) -> str:
    """The text on one line, each deceptive character replaced visibly, at most `limit` UTF-16 units long."""
    one_line = _BREAKS.sub(_LINE_BREAK, text.strip()).replace("\t", " ")
    return cut("".join(_visible(one_line)), limit)


def cut(text: str, limit: int) -> str:
    """At most `limit` UTF-16 units, as Slack's clients count; whole characters only."""
    length, end = 0, 0
    for at, character in enumerate(text):
        length += 2 if character > "\uffff" else 1
        if length > limit:
            return text[:end].rstrip() + ELLIPSIS
        if length < limit:
            end = at + 1
    return text


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def _visible(text: str) -> Iterable[str]:
    """A pile of marks is cut short: what it would say is gone, what it stands on is not."""
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in _MARKS else 0
        if marks <= _MOST_MARKS:
            yield REPLACEMENT if _hides(character, category) else character


def _hides(character: str, category: str) -> bool:
    if category == "Cn":
        return ord(character) not in _PICTOGRAPHS
    return category in _HIDDEN_CATEGORIES or character in _BLANK
