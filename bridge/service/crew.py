"""A crew: loops that begin together and end together."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import structlog

from bridge.loops.dispatch import Dispatch
from bridge.loops.rhythm import Loop

LAST_MOMENT = 0.15
"""Seconds in which whatever was cancelled must have ended: it need not do more than let go."""

log = structlog.get_logger("rempart.service")

Half = Literal["in", "out"]
HALVES: tuple[Half, ...] = get_args(Half)
Health = tuple[str, Half, Dispatch | Loop]
"""What tells whether a half of a channel works, with the channel's name."""


@dataclass(slots=True)
class Crew:
    """Loops, and what they tell of channels."""

    working: Sequence[Loop] = ()
    """They end the turn under way when they are told to stop."""
    asking: Sequence[Loop] = ()
    """They mostly wait for a provider, and may be cut off at any moment."""
    halves: Sequence[Health] = ()
    _at_work: list[asyncio.Task[None]] = field(default_factory=list)
    _asking: list[asyncio.Task[None]] = field(default_factory=list)

    def begin(self) -> None:
        """Every loop runs from now on."""
        self._at_work = [asyncio.create_task(loop.run()) for loop in self.working]
        self._asking = [asyncio.create_task(loop.run()) for loop in self.asking]

    def stop(self) -> None:
        """No turn begins from now on, and questions that wait for an answer are dropped."""
        for task in self._asking:
            task.cancel()
        for loop in (*self.working, *self.asking):
            loop.stop()

    async def end(self, seconds: float) -> None:
        """Stops, and gives turns under way so many seconds to end."""
        self.stop()
        await until_ended(self._at_work, seconds)
        await gone(self._asking)


async def until_ended(tasks: Sequence[asyncio.Task[None]], seconds: float) -> None:
    """Waits for tasks for so long; those that take longer are cancelled."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=max(0.0, seconds))
    for task in late:
        task.cancel()
    await gone(late)


async def gone(cancelled: Collection[asyncio.Task[None]]) -> None:
    """Waits for cancelled tasks, but not for one that goes on all the same: it may be someone else's code."""
    if not cancelled:
        return
    ended, stubborn = await asyncio.wait(cancelled, timeout=LAST_MOMENT)
    await asyncio.gather(*ended, return_exceptions=True)
    if stubborn:
        log.error("something goes on although it was cancelled", count=len(stubborn))
