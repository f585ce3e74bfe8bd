"""What every stand-in is built on: its clock, its server, its calls, and what it does in the background."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

Now = Callable[[], datetime]
"""Tells the present instant, in UTC; handed in, so that tests and the demo own time."""


class Closing(Protocol):
    """Something to let go of."""

    async def close(self) -> None:
        """Lets go of it."""


Server = TypeVar("Server", bound=Closing)
Calling = TypeVar("Calling", bound=Closing)


def system_now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


class Base(Generic[Server, Calling]):
    """Serves the provider's API with one hand, and calls the service with the other."""

    def __init__(self, server: Server, now: Now) -> None:
        """Nothing is served before `start`."""
        self._server = server
        self._now = now
        self._calls: Calling | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def _calling(self) -> Calling:
        if self._calls is None:
            raise RuntimeError("The stand-in must be started before anything happens in it.")
        return self._calls

    async def close(self) -> None:
        """Stops serving and calling."""
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.close()
        if self._calls is not None:
            await self._calls.close()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        """Goes on in the background until it is done, or the stand-in is closed."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
