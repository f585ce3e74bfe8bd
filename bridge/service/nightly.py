"""The service copies its database by itself, as often as the rules say, and keeps so many of the copies.

A copy is made by a command of our own, so that a large one holds up nobody. What goes wrong the room is told.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

import structlog

from bridge.days import rests
from bridge.errors import RempartError
from bridge.model import MINUTE, SECOND, Micros
from bridge.ports import Clock
from bridge.responses import Responses
from bridge.responses.rules import Backup
from bridge.service.errand import run_errand
from bridge.service.shelf import Shelf
from bridge.store.engine.store import Store
from bridge.views import Uncopied

REST = 60.0
"""Seconds between looks."""

LONGEST = 6 * 3600.0
"""Seconds that a copy may take."""

AGAIN: Micros = 15 * MINUTE
"""After what went wrong, it is tried again so much later."""

_SETTLING_IN: Micros = 60 * SECOND
"""After a start, whoever waits to be heard comes first."""

log = structlog.get_logger("rempart.backup")


@dataclass(slots=True)
class Nightly:
    """Takes turns with the copies of one database."""

    patience: ClassVar[float] = REST

    store: Store
    clock: Clock
    rules: Callable[[], Responses]
    environment: Mapping[str, str]
    """With what the service itself was started."""
    present: Callable[[], Awaitable[Micros]]
    """The present, as far as it is vouched for: by a clock that is ahead every older copy would go."""
    trouble: Uncopied | None = None
    """Why the newest try came to nothing, and since when none has succeeded."""
    _next: Micros | None = None

    async def turn(self) -> float:
        """Makes a copy where one is due; returns the seconds until the next look."""
        now, wanted = self.clock(), self.rules().backup
        if self._next is None:
            self._next = now + _SETTLING_IN
        if wanted is None:
            self.trouble = None
        elif not rests(self._next, now, AGAIN) and await self._is_due(wanted, now):
            await self._copy(wanted, now)
        return REST

    async def _is_due(self, wanted: Backup, now: Micros) -> bool:
        newest = await asyncio.to_thread(Shelf(self.store.url, wanted.to).newest, now)
        return newest is None or now - newest >= wanted.every

    async def _copy(self, wanted: Backup, now: Micros) -> None:
        shelf = Shelf(self.store.url, wanted.to)
        self._next = now + AGAIN
        try:
            await self._make(shelf, wanted, now)
        except (RempartError, OSError) as error:
            why = str(error) if isinstance(error, RempartError) else f"{shelf.folder}: {error.strerror}."
            log.warning("the database could not be copied", why=why)
            self.trouble = Uncopied(self.trouble.since if self.trouble else now, why)
        else:
            self.trouble = None

    async def _make(self, shelf: Shelf, wanted: Backup, now: Micros) -> None:
        """Raises `RempartError` or `OSError`; nothing older goes before the new one is there."""
        await asyncio.to_thread(shelf.make_ready)
        fault = await run_errand(["backup", str(shelf.fresh)], self.environment, longest=LONGEST)
        if fault:
            raise RempartError(fault)
        made = await asyncio.to_thread(shelf.put, now)
        ahead = max(0, now - await self.present())
        longest = self.rules().retention.ordinary + ahead
        removed = await asyncio.to_thread(shelf.thin_out, wanted.keep, longest, now)
        log.info("the database was copied", file=str(made), removed=removed)
