"""How a machine dresses a text up, so that it looks the same and is another: what no keyboard types. Pure."""

import re

_LATIN = "A-Za-z\u00c0-\u024f"
_ALIKE = "\u0370-\u03ff\u0400-\u058f\u13a0-\u13ff"
"""Greek, Cyrillic, Armenian, Cherokee: whose letters stand in for Latin ones."""
_MARKS = "\u0300-\u0333\u0339-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff"
_STRIKES = "\u0334-\u0338\u20d0-\u20ff"

_DRESSED = re.compile(
    "[\u00ad\u180e\u200b\u2060-\u2064\ufeff]"  # nothing visible
    "|[\uff01-\uff5e]"  # full width
    "|[\U0001d400-\U0001d7ff]"  # the bold, italic and script letters of mathematics
    f"|[{_LATIN}](?:[{_STRIKES}\u200c]|[{_MARKS}]{{2}})"  # struck through, or under a heap of marks
    f"|[{_LATIN}][{_ALIKE}]|[{_ALIKE}][{_LATIN}]"  # one word of two scripts
)
_ODD = re.compile("[\u00ad\u0300-\U0010ffff]")
"""Something that no Latin keyboard types, without which there is none of those: found much faster."""


def is_dressed(text: str) -> bool:
    """Whether a text holds what no keyboard types; linear in the length.

    Invisible signs, heaps of marks, styled letters, Latin letters mixed with such as only look so. Another
    script is as typed, marks and all.
    """
    return not text.isascii() and _ODD.search(text) is not None and _DRESSED.search(text) is not None
