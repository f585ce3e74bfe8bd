"""The beat of a loop: turn after turn, woken early or after a pause, never ended by an exception."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog

from bridge.errors import RempartError
from bridge.model import SECOND
from bridge.ports import Unreachable

Turn = Callable[[], Awaitable[float]]
"""Does what there is to do; returns the seconds to rest, or 0 when it did something and there may be more."""


class Calling(Protocol):
    """What calls a provider, turn after turn; a turn raises `Unreachable`."""

    @property
    def patience(self) -> float:
        """Seconds that a provider out of reach is left alone, also where it asks for no patience."""

    async def turn(self) -> float:
        """As of any loop."""


_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0

log = structlog.get_logger("rempart.loops")


class Loop:
    """Runs turns until stopped; a turn that fails is reported, and tried again after a growing pause.

    A provider that a turn finds `Unreachable` is reported once, until a turn succeeds again.
    """

    def __init__(
        self,
        name: str,
        turn: Turn,
        followers: Sequence["Loop"] = (),
        first_rest: float = 0.0,
        patience: float = 0.0,
    ) -> None:
        """`name` is for the log; `followers` are woken whenever a turn did something.

        `first_rest`: seconds before the first turn. `patience`: the shortest pause, in seconds, that an
        unreachable provider is given, also where it asks for none.
        """
        self._name = name
        self._turn = turn
        self._followers = followers
        self._first_rest = first_rest
        self._wake = asyncio.Event()
        self._patience = patience
        self._pause = _FIRST_PAUSE
        self._stopping = False
        self.fault: str | None = None
        """The code of why the provider was out of reach, if it was so when it was called last."""

    @property
    def failing(self) -> bool:
        """Whether the provider that the turns call was out of reach when it was called last."""
        return self.fault is not None

    def wake(self) -> None:
        """Ends the rest, if the loop rests: there is something to do."""
        self._wake.set()

    def stop(self) -> None:
        """Lets the turn under way end, and begins no other."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Returns after `stop`."""
        await self._rest(self._first_rest)
        while not self._stopping:
            self._wake.clear()
            await self._rest(await self._survive())

    async def _survive(self) -> float:
        """Takes a turn, whatever becomes of it; returns the seconds to rest."""
        try:
            rest = await self._turn()
        except Unreachable as unreachable:
            return self._leave_alone(unreachable)
        except RempartError as error:
            log.warning("a loop pauses", loop=self._name, seconds=self._pause, why=str(error))
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            log.exception("something that a loop waited for was cancelled", loop=self._name)
        except Exception:
            log.exception("a loop stumbled", loop=self._name)
        else:
            self._pause, self.fault = _FIRST_PAUSE, None
            self._tell_followers(rest)
            return rest
        return self._next_pause()

    def _leave_alone(self, unreachable: Unreachable) -> float:
        """The provider is given time: at least what it asks for."""
        seconds = max(self._next_pause(), self._patience, (unreachable.retry_after or 0) / SECOND)
        if not self.failing:
            log.warning(
                "a provider cannot be reached", loop=self._name, seconds=seconds, code=str(unreachable)
            )
        self.fault = str(unreachable)
        return seconds

    def _next_pause(self) -> float:
        pause, self._pause = self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return pause

    def _tell_followers(self, rest: float) -> None:
        if rest <= 0:
            for follower in self._followers:
                follower.wake()

    async def _rest(self, seconds: float) -> None:
        if seconds <= 0 or self._stopping:
            await asyncio.sleep(0)
            return
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except TimeoutError:
            return


def is_cancelled() -> bool:
    """Whether the running task itself is meant, and not only something that it waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
