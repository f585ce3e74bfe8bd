"""The numbers of an account, each a line of its own: what the account's webhooks tell is sorted. Pure."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from bridge.noun import Noun
from bridge.ports import Wiring

_SPELLING = re.compile(r"[+ ().-]")

LINE = "line"
"""What the URL of a status callback names its line by."""


class Numbers(Noun):
    """Who is told of what."""

    lines: Mapping[str, Wiring]
    """By number, the first line first. What comes for a number that is nobody's is the first one's: it is
    paid for, and may be one that was not written down."""

    def ours(self, number: str) -> str:
        """A number of ours as we have it, however it was spelled; somebody else's as it is."""
        return next((own for own in self.lines if is_same(own, number)), number)

    def written_to(self, number: str) -> Wiring:
        """Whose number a person wrote to; with a prefix such as `whatsapp:` it is the same number."""
        return self.lines.get(self.ours(number.rpartition(":")[2])) or self._first

    def sent_from(self, number: str, query: str) -> Wiring:
        """Whose reply a status is about: the callback's own URL says so, else the number it left from."""
        for name in parse_qs(query).get(LINE, ()):
            for wiring in self.lines.values():
                if wiring.line == name:
                    return wiring
        return self.written_to(number)

    @property
    def _first(self) -> Wiring:
        return next(iter(self.lines.values()))


def is_same(one: str, other: str) -> bool:
    """Whether two addresses are one, however they are spelled: with a plus sign, blanks, or without."""
    return one == other or _SPELLING.sub("", one) == _SPELLING.sub("", other)
