"""The beat of a loop: turn after turn, woken early or after a pause, never ended by an exception."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bridge.errors import RempartError

Turn = Callable[[], Awaitable[float]]
"""Does what there is to do; returns the seconds to rest, or 0 when it did something and there may be more."""

_FIRST_PAUSE = 0.2
_LONGEST_PAUSE = 5.0

log = structlog.get_logger("rempart.loops")


class Loop:
    """Runs turns until stopped; a turn that fails is reported, and tried again after a growing pause."""

    def __init__(
        self, name: str, turn: Turn, followers: Sequence["Loop"] = (), first_rest: float = 0.0
    ) -> None:
        """`name` is for the log; `followers` are woken whenever a turn did something.

        `first_rest`: seconds before the first turn.
        """
        self._name = name
        self._turn = turn
        self._followers = followers
        self._first_rest = first_rest
        self._wake = asyncio.Event()
        self._stopping = False

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
        pause = _FIRST_PAUSE
        while not self._stopping:
            self._wake.clear()
            rest = await self._survive(pause)
            await self._rest(pause if rest is None else rest)
            pause = min(2 * pause, _LONGEST_PAUSE) if rest is None else _FIRST_PAUSE

    async def _survive(self, pause: float) -> float | None:
        try:
            rest = await self._turn()
        except RempartError as error:
            log.warning("a loop pauses", loop=self._name, seconds=pause, why=str(error))
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            log.exception("something that a loop waited for was cancelled", loop=self._name)
        except Exception:
            log.exception("a loop stumbled", loop=self._name)
        else:
            self._tell_followers(rest)
            return rest
        return None

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
