"""A clock that tests turn."""

from bridge.model import Micros

NOON: Micros = 1_790_000_000_000_000
"""An instant in September 2026."""


class TestClock:
    """Tells `now`, which changes only by `pass_`."""

    __test__ = False

    def __init__(self, now: Micros = NOON) -> None:
        self.now = now

    def __call__(self) -> Micros:
        return self.now

    def pass_(self, length: Micros) -> None:
        """Lets time pass."""
        self.now += length
