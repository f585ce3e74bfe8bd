"""One app for several lines, each with a feed channel of its own: an act belongs to the line in whose channel
it is done. What is done in no line's channel, as on the app's home page, belongs to the first line.
"""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from channels.rooms.tasks import Tasks
from channels.slack.bolt import CHANGES, Acknowledged
from channels.slack.payloads import channel_of, kind_of
from channels.slack.socket_mode import Dispatch, Socket


class Listening:
    """The one connection of Socket Mode, kept while any line wants it: each of several would hear a part."""

    def __init__(self) -> None:
        """Dials nobody."""
        self.socket: Socket | None = None
        self._wanted_by: set[str] = set()
        self._running: asyncio.Task[None] | None = None
        self._changes = 0
        self._next_change = asyncio.Event()

    async def begin(self, line: str, dial: Callable[[], Socket], tasks: Tasks) -> None:
        """Connects, unless another line has. Raises `Unreachable` while in vain."""
        self._wanted_by.add(line)
        if self.socket is None:
            self.socket = dial()
            self._running = tasks.begin(self.socket.run())
        await self.socket.check()

    def change(self) -> None:
        """The connection was made, or lost: whoever waits for that hears of it."""
        self._changes += 1
        self._next_change.set()
        self._next_change = asyncio.Event()

    async def changed(self, known: int) -> int:
        """Returns once there were more changes than are `known`, with how many there were."""
        while self._changes == known:
            await self._next_change.wait()
        return self._changes

    async def end(self, line: str) -> None:
        """Hangs up, unless another line still listens."""
        self._wanted_by.discard(line)
        if self._wanted_by:
            return
        running, self._running, self.socket = self._running, None, None
        if running is not None:
            running.cancel()
            await asyncio.wait({running})

    def forget(self) -> None:
        """Whoever held it has ended it."""
        self._running, self.socket = None, None
        self._wanted_by.clear()


class Switchboard:
    """Sends each payload to the line that it is for."""

    def __init__(self, lines: Mapping[str, Dispatch]) -> None:
        """`lines`: by the id of their feed channel, the first line first."""
        self._lines = lines

    async def dispatch(self, payload: Mapping[str, Any]) -> Acknowledged | None:
        """Has it acknowledged. Who belongs to which group is everybody's concern."""
        meant = self._lines.get(channel_of(payload))
        first, *others = self._lines.values()
        if meant is None and kind_of(payload) in CHANGES:
            for other in others:
                await other(payload)
        return await (meant or first)(payload)
