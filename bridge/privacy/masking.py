"""Hides numbers of telephones and accounts in what the team writes: reasons are stored unsealed. Pure."""

import re
import unicodedata

_DATE = r"\d{4}-\d\d-\d\d"
_BETWEEN = r"[\s.,;/()_*+~·•‧\u2010-\u2015\u2212-]{0,3}"
_NUMBER = re.compile(rf"(?<!\d)(?:(?P<date>{_DATE})(?!\d)|(?:\+\s?)?\(?\d(?:{_BETWEEN}\d){{6,}})")
"""Seven digits or more, whatever people write between them; a day is none."""

MASK = "•••"


def masked(text: str) -> str:
    """The text without what may be somebody's number, in the digits of any script."""
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)  # one for one
    kept, end = [], 0
    for found in _NUMBER.finditer(digits):
        if not found["date"]:
            kept += [text[end : found.start()], MASK]
            end = found.end()
    return "".join(kept) + text[end:]
