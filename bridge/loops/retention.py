"""Retention: whoever was silent for long enough is forgotten, and at once whoever asks for it.

A few at a time, in transactions of their own, so that nobody who wants to write waits for long. Nothing is
kept in mind: whom it concerns, the database says; so it goes on after a restart where it was. Afterwards
nothing of them is left in free pages, nor in the log of the database.
"""

import uuid
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnavailable
from bridge.heart.acts import forget
from bridge.heart.keeping import Kept
from bridge.model import HOUR, SECOND, Act, Micros, SenderId
from bridge.noun import Noun
from bridge.ports import Clock
from bridge.responses import Responses
from bridge.store.books import erasing
from bridge.store.books.journal import Arrival, Journal
from bridge.store.engine import forgotten
from bridge.store.engine.store import Store

SLICE = 40
"""People who are forgotten in one transaction."""

REST = 2.0
"""Seconds between looks for somebody who asked."""

LONGEST_PAUSE: Micros = HOUR
"""Between looks for those whose time is over; less where that time is short."""

_SHARE = 100
_SHORTEST_PAUSE: Micros = 2 * SECOND
_MOST = 2_000

_Several = Callable[[AsyncConnection, Sequence[SenderId], Micros], Awaitable[int]]
"""Forgets those of some people who still are to be; returns how many."""

log = structlog.get_logger("rempart.retention")


class Forgotten(Noun):
    """What became of a wish that somebody be forgotten."""

    outcome: str
    """`done`, `held`, `soon` where something is still under way for them, `nothing`, or `unknown`."""
    kept: Kept | None = None


@dataclass(slots=True)
class Retention:
    """Forgets people."""

    store: Store
    journal: Journal
    clock: Clock
    rules: Callable[[], Responses]
    lull: Callable[[], Awaitable[object]]
    """Returns when intake has a moment."""
    present: Callable[[], Awaitable[Micros]]
    """The present, as far as it is vouched for: a clock that is ahead must forget nobody."""
    beside: Path | None = None
    """The list beside a database file of whom a copy of it must not bring back."""
    _due: list[SenderId] = field(default_factory=list)
    _by: Micros = 0
    """The instant by which their time is over."""
    _next: Micros = 0
    _traces: bool = False
    """Whether something may be left in free pages or in the log."""
    _scrub_at: Micros = 0

    async def turn(self) -> float:
        """Forgets a few, if anybody is to be; returns the seconds until the next look."""
        now = self.clock()
        asked = await self.store.read(lambda connection: erasing.asked(connection, now))
        if asked:
            await self._forget(asked[:SLICE], self._wished)
            return 0.0
        if not self._due and now >= self._next:
            await self._look(now)
        if self._due:
            theirs, self._due = self._due[:SLICE], self._due[SLICE:]
            await self._forget(theirs, self._timed)
            return 0.0
        if self._traces and now >= self._scrub_at:
            await self.scrub()
        return REST

    async def one(self, sender: SenderId) -> Forgotten:
        """Forgets somebody at once, by the team's wish."""
        now = self.clock()
        told = await self.store.transact(lambda connection: self._one(connection, sender, now))
        if told.outcome == "done":
            self._traces = True
            await self.scrub()
        return told

    async def scrub(self) -> None:
        """Leaves no trace of whom was forgotten; where somebody still looks at an older state, it is for the
        next turn."""
        try:
            self._traces = not await self.store.scrub(erasing.TOUCHED)
        except StoreUnavailable as error:  # such as a server that knows no VACUUM
            self._scrub_at = self.clock() + LONGEST_PAUSE
            log.warning("what was removed may still stand in free room; trying again later", why=str(error))

    async def _look(self, now: Micros) -> None:
        """Finds those whose time is over; where there are more, the next look finds them."""
        retention, self._by = self.rules().retention, await self.present()
        due = await self.store.read(lambda found: erasing.due(found, retention, self._by, _MOST))
        self._due = list(due)
        pause = min(retention.ordinary, retention.raid) // _SHARE
        pause = max(_SHORTEST_PAUSE, min(LONGEST_PAUSE, pause))
        self._next = now if len(due) == _MOST else now + pause

    async def _forget(self, theirs: Sequence[SenderId], several: _Several) -> None:
        await self.lull()
        now = self.clock()
        count = await self.store.transact(lambda connection: several(connection, theirs, now))
        self._traces = True
        if count:
            log.info("people were forgotten", count=count)

    async def _timed(self, connection: AsyncConnection, theirs: Sequence[SenderId], now: Micros) -> int:
        """Those of them whose time is over still: meanwhile they may have written."""
        await erasing.begin(connection)
        still = await erasing.still_due(connection, theirs, self.rules().retention, self._by)
        return await self._erase(connection, still, forget.BY_TIME, now)

    async def _wished(self, connection: AsyncConnection, theirs: Sequence[SenderId], now: Micros) -> int:
        """Likewise those for whom it was asked; by whom, the record says."""
        await erasing.begin(connection)
        asked = set(await erasing.asked(connection, now)) & set(theirs)
        own = await erasing.own_wish(connection, asked)
        by_themselves = await self._erase(connection, own, forget.BY_THEMSELVES, now)
        return by_themselves + await self._erase(connection, asked - own, forget.BY_TEAM, now)

    async def _one(self, connection: AsyncConnection, sender: SenderId, now: Micros) -> Forgotten:
        await erasing.begin(connection)
        if not await erasing.is_known(connection, sender):
            return Forgotten("nothing")
        kept = await erasing.held(connection, sender, self.rules().retention, now)
        if kept is not None:
            return Forgotten("held", kept)
        if await erasing.is_busy(connection, sender, now):
            await erasing.wish(connection, sender, now)
            return Forgotten("soon")
        await self._erase(connection, [sender], forget.BY_TEAM, now)
        return Forgotten("done")

    async def _erase(
        self, connection: AsyncConnection, theirs: Collection[SenderId], why: str, now: Micros
    ) -> int:
        """Forgets them, and writes down that so many were: nobody is named."""
        if not theirs:
            return 0
        if self.beside is not None:
            forgotten.note(self.beside, theirs, now)
        await erasing.erase(connection, theirs, now)
        act = Act(forget.CHANNEL, uuid.uuid4().hex, why, forget.VERB.name, str(len(theirs)), now)
        await self.journal.append(connection, [Arrival(act, now)])
        return len(theirs)
