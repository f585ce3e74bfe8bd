"""Telephone numbers and Telegram ids of people who do not exist; none is given out twice.

French mobiles spread over the ranges of the numbering plan that phonenumbers 9 takes for mobiles of
the mainland, so that each could be real and each has a price. None of them is looked up, none dialled.
"""

from collections.abc import Callable
from random import Random

MOBILE_RANGES = (
    *(f"{prefix}" for prefix in range(600, 639)),
    *(f"{prefix}" for prefix in range(640, 690)),
    *("695", "698", "699"),
    *(f"{prefix}" for prefix in range(730, 800)),
)
"""The first three of the nine digits after +33."""

BLOCK = 10_000
"""How many numbers share a block: all that have the same first five of nine digits."""


class Numbers:
    """Gives out numbers and ids, each at most once."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def mobile(self) -> str:
        """A fresh French mobile from anywhere in the ranges, in E.164."""
        return self._fresh(lambda: f"+33{self._rng.choice(MOBILE_RANGES)}{self._rng.randrange(10**6):06d}")

    def telegram(self) -> str:
        """A fresh Telegram id, which 2017 knew with eight or nine digits."""
        return self._fresh(lambda: str(self._rng.randrange(10_000_000, 500_000_000)))

    def block(self, count: int) -> list[str]:
        """`count` fresh mobiles out of one block of 10,000; raises `ValueError` when it holds fewer."""
        start = f"+33{self._rng.choice(MOBILE_RANGES)}{self._rng.randrange(100):02d}"
        free = [it for it in (f"{start}{tail:04d}" for tail in range(BLOCK)) if it not in self._taken]
        drawn = self._rng.sample(free, count)
        self._taken.update(drawn)
        return drawn

    def _fresh(self, draw: Callable[[], str]) -> str:
        while (drawn := draw()) in self._taken:
            pass
        self._taken.add(drawn)
        return drawn
