"""Hostile text made safe to put into files that other programs open. Pure."""

import csv
import io
import unicodedata
from collections.abc import Iterable

_GLYPHS = (
    (0x20, 0x7E),
    (0xA0, 0xAC),
    (0xAE, 0x17F),
    (0x391, 0x3A1),
    (0x3A3, 0x3A9),
    (0x3B1, 0x3C9),
    (0x410, 0x44F),
    (0x5D0, 0x5EA),
    (0x621, 0x63A),
    (0x641, 0x64A),
    (0x660, 0x669),
    (0x2013, 0x2014),
    (0x2018, 0x201A),
    (0x201C, 0x201E),
    (0x2020, 0x2022),
    (0x2026, 0x2026),
    (0x2030, 0x2030),
    (0x2039, 0x203A),
    (0x20AC, 0x20AC),
    (0x2122, 0x2122),
)
DRAWN = frozenset(code for first, last in _GLYPHS for code in range(first, last + 1))
"""Code points that the fonts of the report have: they come with the typesetter, so every machine has them."""

_STARTS = "=+-@\uff1d\uff0b\uff0d\uff20|%"
"""By what a spreadsheet takes a cell for a formula, full-width signs included."""

_BREAKS = {"\r\n": " ⏎ ", "\n": " ⏎ ", "\r": " ⏎ ", "\v": " ⏎ ", "\f": " ⏎ "}


def cell(value: object) -> str:
    """A cell in one line that no spreadsheet takes for a formula: an apostrophe stands before one."""
    text = str(value)
    for broken, shown in _BREAKS.items():
        text = text.replace(broken, shown)
    text = "".join(_visible(one) for one in text)
    begin = text.lstrip(" \t\u00a0\u3000")[:1]
    return f"'{text}" if begin and begin in _STARTS else text


def row(values: Iterable[object]) -> str:
    """A line of a CSV file; every cell is quoted."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow(map(cell, values))
    return written.getvalue()


def drawn(text: str) -> str:
    """A text as a page can show it: what no font of ours draws, or what hides, stands there by its number."""
    return "".join(one if ord(one) in DRAWN else _numbered(one) for one in text)


def _numbered(one: str) -> str:
    if one in "\n\u2028\u2029":
        return " | "
    # A narrow space that does not break, as between thousands in French, is drawn as the wider one.
    return " " if one in "\t\r" else "\u00a0" if one == "\u202f" else f"[U+{ord(one):04X}]"


def _visible(one: str) -> str:
    hidden = unicodedata.category(one) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    return f"[U+{ord(one):04X}]" if hidden and one not in "\t\u200c\u200d" else one
