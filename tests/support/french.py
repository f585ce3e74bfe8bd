"""French as it is set: no line may begin with a sign, or with the unit of a number, that belongs to the word
before it."""

import re

_KEPT = "\u00a0"
_SIGN = re.compile(r"(?<=[^\s|]) (?=[:;?!»%€](?:[\s\"'.,)]|$))")
_OPENED = re.compile(r"« ")
_HOURS = re.compile(r"(?<=\d) (?=(?:h|s|Mo)\b)|(?<=\d\u00a0h) (?=\d\d\b)")
_FILLED_IN = re.compile(r"(?<=[a-z]\}) (?=(?:s|Mo)(?![\w']))")
"""Behind a value that a sentence leaves room for."""


def typeset(written: str) -> str:
    """With no-break spaces where French wants them."""
    for broken in (_SIGN, _HOURS, _HOURS, _FILLED_IN):
        written = broken.sub(_KEPT, written)
    return _OPENED.sub(f"«{_KEPT}", written)
