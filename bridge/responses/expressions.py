"""Regular expressions that take time in proportion to the text, whatever the expression. Pure.

Only google-re2 is used: no expression of the rules file and no text of a sender can make it slow.
"""

from functools import lru_cache
from typing import Any

import re2

from bridge.errors import Unfit

LONGEST = 1000
"""Characters in one expression."""

_MEND = "Mend it; look-around and back-references do not exist here (syntax: docs/responses.md)."


def _options() -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    return options


@lru_cache(maxsize=1024)
def expression(pattern: str) -> Any:
    """The compiled expression, which ignores case. Raises `Unfit`."""
    if len(pattern) > LONGEST:
        raise Unfit(f"is longer than {LONGEST} characters.", "Make several rules of it.")
    try:
        return re2.compile(pattern, _options())
    except re2.error as error:
        raise Unfit(f"is no regular expression: {_problem(error)}.", _MEND) from None


def _problem(error: Exception) -> str:
    """google-re2 gives its reasons as bytes."""
    reason = error.args[0]
    text = reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)
    return text.partition(":")[0]


def found(pattern: str, text: str) -> bool:
    """Whether the expression occurs anywhere in the text; half characters count as question marks."""
    return expression(pattern).search(text.encode(errors="replace")) is not None
