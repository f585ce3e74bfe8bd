"""The demo's time: ours, until an evening is played, which has a time of its own.

A played evening goes from tick to tick. The clock stands until the service has done all that there was to do
at a tick, however long that takes it; so what it decides is the same on every machine, and only the watching
is longer on a slow one.
"""

import asyncio

from bridge.demo.script import BEGINS, ENDS
from bridge.model import SECOND, Micros
from bridge.ports import Clock

TICK: Micros = SECOND // 4


class DemoClock:
    """A clock that stands where it is put, and else tells what another does."""

    def __init__(self, clock: Clock) -> None:
        """Goes."""
        self._clock = clock
        self._stands: Micros | None = None

    def __call__(self) -> Micros:
        return self._clock() if self._stands is None else self._stands

    def stand(self, at: Micros) -> None:
        """Tells `at` from now on."""
        self._stands = at

    def go(self) -> None:
        """Goes again; what an evening took longer than it should is skipped."""
        self._stands = None


class Pacer:
    """Ticks of an evening, never closer to each other than they should be."""

    def __init__(self, clock: DemoClock, speed: float) -> None:
        """Begins at once; `speed` is how much faster than in 2017 time passes."""
        self._clock, self._speed = clock, speed
        self._began = clock()
        self._next = self._started = asyncio.get_running_loop().time()
        self.ticks = 0
        clock.stand(self._began)

    @property
    def at(self) -> Micros:
        """How far 2017 has come."""
        return min(ENDS, BEGINS + round(self.ticks * TICK * self._speed))

    @property
    def speed(self) -> int:
        """How much faster than in 2017 time has passed so far: on a slow machine less than it should."""
        took = asyncio.get_running_loop().time() - self._started
        meant = self.ticks * TICK / SECOND
        return round(self._speed * (meant / took if took > meant else 1))

    def wait(self) -> float:
        """The seconds until the next tick; whoever comes late need not hurry afterwards."""
        now = asyncio.get_running_loop().time()
        self._next = max(self._next + TICK / SECOND, now)
        return self._next - now

    def tick(self) -> None:
        """Moves the clock on."""
        self.ticks += 1
        self._clock.stand(self._began + self.ticks * TICK)
