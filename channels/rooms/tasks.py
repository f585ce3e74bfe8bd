"""Work that goes on after the room has its acknowledgement."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger("rempart.rooms")

T = TypeVar("T")


class Tasks:
    """Holds on to what is under way, and ends it all at once."""

    def __init__(self) -> None:
        """Needs no loop before `begin`."""
        self._under_way: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Starts `work`; a failure that nobody awaits is logged, without its prose."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    async def close(self) -> None:
        """Cancels what is still under way, and waits for its end."""
        while self._under_way:
            for task in self._under_way:
                task.cancel()
            await asyncio.wait(self._under_way)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a touch could not be served", error=type(error).__qualname__)
