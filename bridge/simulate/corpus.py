"""Texts from outside, one a line, given out once each; after that, halves of two are joined. Pure."""

import re
from collections.abc import Callable, Sequence
from random import Random

from bridge.errors import Misconfigured

_PLACEHOLDER = re.compile(r"<[A-Z]{2,}(?:_\d+)?>")
"""What stands for a name that was taken out of a published corpus, such as <PRE_3>."""

FEWEST = 2


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
        """The next line, or halves of two different lines joined when all have been given out."""
        line = self._left.pop() if self._left else self._join()
        return _PLACEHOLDER.sub(lambda _: self._name(), line)

    def warning(self) -> str | None:
        """What whoever gave the file should know, if anything."""
        if not self.joined:
            return None
        return (
            f"The file of {self._kind} texts has {len(self._all)} lines, which were all used: "
            f"{self.joined} texts were joined from halves of two lines."
        )

    def _join(self) -> str:
        self.joined += 1
        first, second = (line.split() for line in self._rng.sample(self._all, 2))
        return " ".join(first[: (len(first) + 1) // 2] + second[len(second) // 2 :])
