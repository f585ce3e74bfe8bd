"""Texts from outside, one a line, given out once each; after that, pieces of several are joined. Pure."""

import re
from collections.abc import Callable, Sequence
from random import Random

from bridge.errors import Misconfigured
from bridge.wording import ENGLISH

_PLACEHOLDER = re.compile(r"<[A-Z]{2,}(?:_\d+)?>")
"""What stands for a name that was taken out of a published corpus, such as <PRE_3>."""

FEWEST = 2

_PIECE = 5
"""Words in a piece, at most."""


class Corpus:
    """Lines of one kind, drawn without replacement while they last."""

    def __init__(self, kind: str, lines: Sequence[str], rng: Random, name: Callable[[], str]) -> None:
        """`kind` is how the file is called in warnings; `name` draws a first name.

        Raises `Misconfigured` when fewer than two lines hold any text.
        """
        self._all = [line.strip() for line in lines if line.strip()]
        if len(self._all) < FEWEST:
            raise Misconfigured(f"The file of {kind} texts needs at least two lines: put one text on each.")
        self._kind, self._rng, self._name = kind, rng, name
        self._left = rng.sample(self._all, len(self._all))
        self.joined = 0

    def draw(self) -> str:
        """The next line, or pieces of several lines joined when all have been given out."""
        line = self._left.pop() if self._left else self._join()
        return _PLACEHOLDER.sub(lambda _: self._name(), line)

    def warning(self) -> str | None:
        """What whoever gave the file should know, if anything."""
        if not self.joined:
            return None
        return (
            f"The file of {self._kind} texts has {ENGLISH.some('lines', len(self._all))}, "
            f"which were all used. Joined from pieces of several: {ENGLISH.some('texts', self.joined)}."
        )

    def _join(self) -> str:
        """As long as one of the lines; of short pieces, so that no two texts are copies of each other."""
        self.joined += 1
        missing = len(self._rng.choice(self._all).split())
        longest = min(_PIECE, (missing + 1) // 2)
        pieces: list[str] = []
        while missing > 0:
            piece = self._piece(min(longest, missing))
            missing -= len(piece)
            pieces += piece
        return " ".join(pieces)

    def _piece(self, most: int) -> list[str]:
        words = self._rng.choice(self._all).split()
        begin = self._rng.randrange(max(1, len(words) - most + 1))
        return words[begin : begin + most]
