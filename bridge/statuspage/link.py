"""A link to the status page: good for a short while, for whoever has it, and for what it names. Pure.

It carries its own end, and a keyed hash over end and line: nothing is stored, and no cookie is set.
"""

from collections.abc import Iterable
from hashlib import blake2b
from hmac import compare_digest
from typing import Literal
from urllib.parse import urlencode

from bridge.model import MINUTE, SECOND, Micros
from bridge.noun import Noun

PATH = "/status"

LASTS: Micros = 15 * MINUTE
"""How long a link is good: long enough to be looked at and reloaded, too short to be worth passing on."""

EVERY_LINE = ""
"""What a link names that is about all lines, or about the only one."""

_UNTIL, _LINE, _KEY = "until", "line", "key"
_LONGEST_UNTIL = 12
"""Digits."""

Refusal = Literal["link_missing", "link_wrong", "link_old", "page_later"]
"""Why a page is not shown: what is wrong with the link, or that nothing can be looked up now."""


class Pass(Noun):
    """What a link opens."""

    line: str
    until: Micros


def link(base: str, key: bytes, now: Micros, line: str = EVERY_LINE) -> str:
    """A link below `base`, a URL without a slash at its end."""
    until = (now + LASTS) // SECOND
    named = {_LINE: line} if line else {}
    return f"{base}{PATH}?{urlencode({_UNTIL: until, **named, _KEY: _signature(key, line, until)})}"


def opened(key: bytes, query: Iterable[tuple[str, str]], now: Micros) -> Pass | Refusal:
    """What the query of a link opens, or why it opens nothing."""
    given = list(query)
    told = dict(given)
    if not {_UNTIL, _KEY} & told.keys():
        return "link_missing"
    until, line = told.get(_UNTIL, ""), told.get(_LINE, EVERY_LINE)
    known = len(given) == len(told) and told.keys() <= {_UNTIL, _LINE, _KEY}
    if not (known and until.isascii() and until.isdecimal() and len(until) <= _LONGEST_UNTIL):
        return "link_wrong"
    if not compare_digest(
        _signature(key, line, int(until)).encode(), told.get(_KEY, "").encode("utf-8", "replace")
    ):
        return "link_wrong"
    return "link_old" if now >= int(until) * SECOND else Pass(line, int(until) * SECOND)


def _signature(key: bytes, line: str, until: int) -> str:
    said = f"status:{line}:{until}".encode("utf-8", "surrogatepass")
    return blake2b(said, key=key, digest_size=16).hexdigest()
