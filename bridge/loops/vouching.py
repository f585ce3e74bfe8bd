"""The present, as far as somebody vouches for it: what can never be taken back goes by that.

A clock that is far ahead at a start (a dead battery, NTP that is not there yet) looks like a service that was
off for as long: nothing that we keep can tell the two apart, and a provider can. So far as time passed here
it needs nobody's word; where it leaps, a provider is asked what time it is. Until one tells, it goes on from
where it was: forgotten too late is made up for, too early is not. Where there is nobody to ask, `status`
tells people of it for a day, and then the clock is believed.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from bridge.days import LEAP
from bridge.errors import StoreUnavailable
from bridge.model import DAY, MINUTE, SECOND, Micros
from bridge.ports import Clock, TellingTime, Unreachable
from bridge.store.books import signs
from bridge.store.engine.store import Store

_WORTH_WRITING: Micros = MINUTE
_GIVEN_UP = 30.0  # seconds

log = structlog.get_logger("rempart.clock")


@dataclass(slots=True)
class Vouching:
    """What was known last is kept in the database: whoever leads next, or starts again, goes on from it."""

    store: Store
    clock: Clock
    passed: Callable[[], Micros]
    """What has passed since some instant, however the clock is set."""
    providers: Callable[[], Sequence[TellingTime]]
    _noted: tuple[Micros | None, Micros] = None, 0
    """What was known when this was asked last, and when that was, by what has passed."""
    _leapt: Micros | None = None
    """When it was first seen that the clock had leapt, by what has passed."""

    async def present(self) -> Micros:
        """The present, never later than the clock has it. Raises `StoreUnavailable`."""
        now, known = self.clock(), await self.store.read(signs.vouched)
        present = now if known is None else await self._believed(now, self._lived_on(known))
        if known is None or present - known >= _WORTH_WRITING:
            with suppress(StoreUnavailable):  # such as a full disk, from which a copy can be made
                await self.store.transact(lambda connection: signs.vouch(connection, present))
                self._noted = present, self.passed()
        return present

    def _lived_on(self, known: Micros) -> Micros:
        """What was known, and what has passed since, where we have lived through it."""
        if self._noted[0] != known:
            self._noted = known, self.passed()
        return known + self.passed() - self._noted[1]

    async def _believed(self, now: Micros, known: Micros) -> Micros:
        if now - known <= LEAP:
            self._leapt = None
            return now
        told = await self._told() if self.providers() else self._stood(now)
        if told is None or now - told > LEAP:
            ahead = (now - max(known, told or 0)) // SECOND
            log.warning("nobody is forgotten by a clock that no provider confirms: look at it", ahead=ahead)
        return min(now, max(known, told or 0))

    def _stood(self, now: Micros) -> Micros | None:
        """A clock of which people were told for a day; nobody else can tell."""
        if self._leapt is None:
            self._leapt = self.passed()
        return now if self.passed() - self._leapt >= DAY else None

    async def _told(self) -> Micros | None:
        """What time it is by the first provider that says so."""
        for one in self.providers():
            try:
                async with asyncio.timeout(_GIVEN_UP):
                    return await one.time()
            except (Unreachable, TimeoutError) as fault:
                log.info("a provider does not tell the time", channel=one.name, why=str(fault) or "timeout")
        return None
