"""A clock that no wrong setting of the system's clock upsets."""

import time
from collections.abc import Callable

import structlog

from bridge.clock import system_clock
from bridge.model import MINUTE, SECOND, Micros

LARGEST_STEP: Micros = 30 * SECOND
"""Corrections up to this are what a clock in order does, and are followed at once."""

SETTLED: Micros = 10 * MINUTE
"""So long must the clock go on as it jumped, before it is believed."""

log = structlog.get_logger("rempart.clock")


def elapsed() -> Micros:
    """Microseconds since some instant, however the clock is set; the machine's sleep counts where it can."""
    return time.clock_gettime_ns(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)) // 1_000


class SteadyClock:
    """The system's clock, not believed when it jumps: then time goes on as it went.

    So nothing expires, and nothing is counted, by a clock that was just set wrong. One that stays as it
    jumped for ten minutes is believed: it was wrong before.
    """

    def __init__(
        self, wall: Callable[[], Micros] = system_clock, passed: Callable[[], Micros] = elapsed
    ) -> None:
        """The clock at the start is believed: there is nothing to compare it with."""
        self._wall, self._passed = wall, passed
        self._ahead = wall() - passed()
        """By how much the clock that is believed is ahead of what has passed."""
        self._jumped: tuple[Micros, Micros] | None = None
        """To where it jumped, likewise, and when by what has passed."""

    def __call__(self) -> Micros:
        """Microseconds since 1970 in UTC."""
        passed = self._passed()
        ahead = self._wall() - passed
        if abs(ahead - self._ahead) <= LARGEST_STEP:
            self._follow(ahead, "the clock is as it was again" if self._jumped else None)
        elif self._jumped is None or abs(ahead - self._jumped[0]) > LARGEST_STEP:
            self._jumped = ahead, passed
            seconds = (ahead - self._ahead) // SECOND
            log.warning("the clock jumped, and is not believed for ten minutes: look at it", seconds=seconds)
        elif passed - self._jumped[1] >= SETTLED:
            self._follow(ahead, "the clock has stayed as it jumped, and is believed now")
        return passed + self._ahead

    def _follow(self, ahead: Micros, told: str | None) -> None:
        self._ahead, self._jumped = ahead, None
        if told:
            log.warning(told)

    @property
    def jumped(self) -> Micros | None:
        """By how much the system's clock differs from the one that is believed, while it is not."""
        return self._jumped[0] - self._ahead if self._jumped else None
