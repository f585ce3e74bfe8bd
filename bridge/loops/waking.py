"""Waking: notices what somebody must be woken for, and keeps it; the cards then call people.

What is stored is what counts: a restart neither calls anybody again nor forgets to.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DAY, Micros, Page
from bridge.ports import Clock
from bridge.store.books import pages
from bridge.store.engine.store import Store
from bridge.waking import PRESENT, Alarm, followed

EVERY = 5.0
"""Seconds between looks."""

_REMEMBERED: Micros = 60 * DAY

log = structlog.get_logger("rempart.waking")


@dataclass(slots=True)
class Waking:
    """Looks at what is the matter, turn after turn; one process does."""

    store: Store
    clock: Clock
    alarms: Callable[[AsyncConnection], Awaitable[Sequence[Alarm]]]
    """What is the matter now."""
    _began_at: Micros = field(default=0)

    async def turn(self) -> float:
        """One look. Where nothing is the matter, nothing is written."""
        now = self.clock()
        self._began_at = self._began_at or now
        changed, dropped = await self.store.read(self._look)
        if changed or dropped:
            await self.store.transact(lambda connection: pages.keep(connection, changed, dropped))
            await self.store.transact(lambda connection: pages.forget(connection, now - _REMEMBERED))
        for one in changed:
            if one.called_at == now:
                log.warning("somebody is to be woken", about=one.key)
        return EVERY

    async def _look(self, connection: AsyncConnection) -> tuple[list[Page], list[Page]]:
        now = self.clock()
        sure = now - self._began_at > PRESENT
        found = await self.alarms(connection)
        return followed(await pages.standing(connection, now), found, now, sure=sure)
