"""What is seen of a line from outside the room: what the team's page shows, and one word for everybody."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Generic, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge import pot
from bridge.days import day_of, midnight
from bridge.errors import StoreUnavailable
from bridge.model import MINUTE, SECOND, Micros, Posture, Progress
from bridge.ports import Clock
from bridge.responses import Responses
from bridge.responses.rules import PublicState
from bridge.status import allowed, posture, states
from bridge.statuspage.public import state_of
from bridge.store.books import ledger, signs
from bridge.store.engine.store import Store
from bridge.store.looks import cards, team
from bridge.store.looks.course import course, past_raids
from bridge.store.looks.overview import lag, overview, standing_posture
from bridge.store.looks.waiting import waiting
from bridge.views import Course, Outlook, Trouble

_BAR: Micros = 30 * MINUTE
_BARS = 48
_DAYS = 35
"""The last day in half hours; and five weeks: as long as a pot is meant to last, and a bit."""

_FRESH: Micros = 5 * SECOND
"""What was seen so lately is shown again: somebody who reloads and reloads asks nothing of the database."""

_LASTING: Micros = 5 * MINUTE
"""Weeks change slowly, and are the dear part."""

T = TypeVar("T")


class _Kept(Generic[T]):
    """What was made lately; whoever asks meanwhile waits for the one that is being made."""

    def __init__(self, make: Callable[[Micros], Awaitable[T]], age: Micros) -> None:
        self._make, self._age, self._making = make, age, asyncio.Lock()
        self._kept: tuple[Micros, T] | None = None

    async def at(self, now: Micros) -> T:
        """As it was at `now`, or shortly before."""
        async with self._making:
            if self._kept is None or not 0 <= now - self._kept[0] < self._age:
                self._kept = now, await self._make(now)
            return self._kept[1]


class Lookout:
    """Looks out over one line."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        responses: Callable[[], Responses],
        channel_states: Callable[[], Mapping[str, str]],
        troubles: Callable[[], Sequence[Trouble]],
    ) -> None:
        """`responses`: the rules in force; the others: what the service knows of its channels."""
        self._store, self._clock, self.responses = store, clock, responses
        self._channel_states, self._troubles = channel_states, troubles
        self._weeks, self._all = _Kept(self._over_weeks, _LASTING), _Kept(self._outlook, _FRESH)

    async def outlook(self) -> Outlook:
        """All that the team's page shows. Raises `StoreUnavailable`."""
        return await self._all.at(self._clock())

    async def state(self) -> PublicState:
        """How the line is. A database that cannot be asked lets answers wait."""
        try:
            return await self._store.read(lambda connection: self._state(connection, self._clock()))
        except StoreUnavailable:
            return "late"

    async def _state(self, connection: AsyncConnection, now: Micros) -> PublicState:
        late, purse = await waiting(connection, now), await ledger.load(connection, now)
        silent = await team.load_pauses(connection, now) or not pot.left(purse, self.responses())
        return state_of(
            Posture.PAUSED if silent else await standing_posture(connection, now),
            waiting=late is not None and late.people > 0,
            behind=round((await lag(connection)).seconds(now)) * SECOND,
            failing=bool(self._troubles() or await signs.troubles(connection, now)),
        )

    async def _outlook(self, now: Micros) -> Outlook:
        weeks = await self._weeks.at(now)
        return await self._store.read(lambda connection: self._look(connection, weeks, now))

    async def _over_weeks(self, now: Micros) -> Course:
        zone = self.responses().zone
        today = day_of(now, zone)
        begins = [midnight(today - timedelta(days=back), zone) for back in range(_DAYS - 1, -1, -1)]
        end = midnight(today + timedelta(days=1), zone)
        return await self._store.read(lambda connection: course(connection, begins, end, now))

    async def _look(self, connection: AsyncConnection, weeks: Course, now: Micros) -> Outlook:
        rules, seen = self.responses(), await overview(connection, now)
        today = day_of(now, rules.zone)
        end = now - now % _BAR + _BAR
        hours = range(end - _BARS * _BAR, end, _BAR)
        return Outlook(
            at=now,
            posture=posture(seen),
            channels=tuple(states(seen, self._channel_states()).items()),
            day=await cards.day_view(connection, today.isoformat(), midnight(today, rules.zone), now),
            night=await cards.night(connection, rules, now),
            total=allowed(seen, rules.pot.total),
            spent=seen.spent,
            reserved=seen.reserved,
            inbound=seen.inbound,
            held=sum(seen.replies.get(one, 0) for one in (Progress.HELD, Progress.SENDING)),
            raids=await past_raids(connection, rules, weeks.bars[0].begin, now),
            hours=await course(connection, hours, end, now),
            days=weeks,
        )
