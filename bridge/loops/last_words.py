"""Last words: what a room says by itself if we do not live to take them back.

They wait with the room's provider, a few minutes ahead, and are moved on while all is well; so whatever ends
us, the room says so without us, and on a good day nobody ever sees them. First the new ones are left, then
all others are withdrawn: also those of an earlier life. Where nobody knows what came of leaving them, the
room is asked before any more are left: one that takes everything and answers too late would else call us dead
again and again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal

import structlog

from bridge.card import Note
from bridge.model import MINUTE, SECOND, Micros
from bridge.ports import Clock, Parting, Testament, Unreachable
from bridge.store.engine.store import Store

AHEAD: Micros = 4 * MINUTE + 30 * SECOND
"""So long after the last sign of life the room speaks: within five minutes, with its provider's own delay."""

EVERY: Micros = MINUTE
"""How often they are moved on: so the provider may be out of reach for two minutes and a half."""

SETTLED: Micros = 65 * SECOND
"""What is shown sooner cannot be withdrawn any more."""

_FURTHEST: Micros = AHEAD + EVERY
"""What is left for later than this was left by a clock that was set back since."""

End = Literal["died", "stopped"]

log = structlog.get_logger("rempart.last_words")


@dataclass(slots=True)
class LastWords:
    """Keeps one room's last words ahead of us."""

    patience: ClassVar[float] = 5.0

    store: Store
    room: Testament
    clock: Clock
    worded: Callable[[End, Micros], Note]
    """What is said of an end, with the instant of the last sign of life."""
    _left: Parting | None = None
    """What the room will say, as far as this life has left it."""
    _doubtful: Micros | None = None
    """When the room will say what it may have taken, where nobody knows whether it has."""

    @property
    def stands(self) -> bool:
        """Whether the room would say so if we died now."""
        return self._left is not None and 0 < self._ahead(self._left) <= _FURTHEST

    async def turn(self) -> float:
        """Moves them on; returns the seconds until that is due again. Raises `Unreachable`.

        A service that cannot store is not well: `StoreUnavailable`, and the words stay where they are.
        """
        await self.store.ping()
        await self._settle()
        if self._left is None or not AHEAD - EVERY < self._ahead(self._left) <= _FURTHEST:
            self._left = await self._leave("died")
        await self._withdraw_others(self._left)
        return max(1.0, (self._ahead(self._left) - AHEAD + EVERY) / SECOND)

    async def part(self) -> None:
        """Somebody stops us: if nobody starts us again, that is what the room says. Raises `Unreachable`."""
        self._left = await self._leave("stopped")
        await self._withdraw_others(self._left)

    async def _leave(self, end: End) -> Parting:
        now = self.clock()
        try:
            return await self.room.leave(self.worded(end, now), now + AHEAD)
        except Unreachable as fault:
            if fault.in_doubt:
                self._doubtful = now + AHEAD
            raise

    async def _settle(self) -> None:
        """Looks whether the room has taken what it may have. Raises `Unreachable` while nobody can tell."""
        if self._doubtful is None:
            return
        taken = [one for one in await self.room.left() if one.at // SECOND >= self._doubtful // SECOND]
        self._doubtful = None
        self._left = max(taken, key=lambda one: one.at, default=self._left)

    async def _withdraw_others(self, ours: Parting) -> None:
        for one in await self.room.left():
            if one.id != ours.id and self._ahead(one) > SETTLED:
                await self.room.withdraw(one)

    def _ahead(self, parting: Parting) -> Micros:
        return parting.at - self.clock()
