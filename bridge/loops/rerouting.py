"""Rerouting: sees how the ways are that the rules list, and has replies take another where theirs is lost.

Only what is held leaves by another way. What was handed over stays with its provider until that one has said,
or its records have shown, that it did not take it: so nothing is sent twice.

How the way is that replies leave by, its own calls tell. One that they might take is asked whether it would
take them, once a minute and only while that matters; one that cannot be asked is tried again.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.timing import awake_at
from bridge.loops.dispatch import Dispatch
from bridge.model import MINUTE, Micros, Turn
from bridge.ports import Answering, Clock, Unreachable
from bridge.responses import Responses
from bridge.store.books import sending, signs, turns
from bridge.store.books.journal import Journal
from bridge.store.engine.store import Store
from bridge.views import Trouble
from bridge.ways import LATELY, Condition, served, turn, way_of

REST = 5.0
"""Seconds between looks."""

SOON: Micros = 10 * MINUTE
"""What is due within so long is waiting: for later replies nobody need go another way yet."""

_ASKED_EVERY: Micros = MINUTE
_GIVEN_UP = 30.0  # seconds

_Conditions = dict[str, Condition]

log = structlog.get_logger("rempart.ways")


@dataclass(slots=True)
class Rerouting:
    """Watches the ways of one line, in the process that leads."""

    store: Store
    clock: Clock
    rules: Callable[[], Responses]
    """Those in force: they list the ways."""
    dispatches: Sequence[Dispatch]
    journal: Journal | None = None
    """Where it is written down which way was taken."""
    _by_calls: _Conditions = field(default_factory=dict)
    _by_asking: _Conditions = field(default_factory=dict)
    _asked_at: Micros = 0

    async def turn(self) -> float:
        """Looks once at every way; takes another one where that is due."""
        ways = self.rules().ways
        if len(ways) > 1:
            lately, told = await self.store.read(lambda connection: self._known(connection, ways))
            current = {channel: several[-1].way for channel, several in lately.items() if several}
            self._hear(ways, current, lately, told)
            await self._ask(ways, current)
            for channel in ways:
                await self._consider(channel, ways, current, lately[channel])
                await self._hasten(channel, way_of(channel, ways, current))
        return REST

    async def _known(
        self, connection: AsyncConnection, ways: Sequence[str]
    ) -> tuple[dict[str, list[Turn]], list[Trouble]]:
        """What each channel has turned lately, the newest turn at least; and what other processes tell."""
        now = self.clock()
        since = await turns.since(connection, now - LATELY)
        newest = {one.channel: one for one in await turns.newest(connection)}
        lately = {way: [one for one in since if one.channel == way] for way in ways}
        lately |= {way: [newest[way]] for way in ways if way in newest and not lately[way]}
        return lately, await signs.troubles(connection, now)

    def _hear(
        self,
        ways: Sequence[str],
        current: Mapping[str, str],
        lately: Mapping[str, Sequence[Turn]],
        told: Sequence[Trouble],
    ) -> None:
        """How the calls of each way fare that replies leave by. What was the matter before they turned there
        is past."""
        on = {one.channel.name: one for one in self.dispatches if one.channel.name in ways}
        for way, dispatch in on.items():
            arrived = [one.at for several in lately.values() for one in several if one.way == way]
            news = (one for one in told if one.channel == way and one.half == "out")
            elsewhere = (one.code for one in news if one.since > max(arrived, default=0))
            in_use = bool(served(way, ways, current))
            fault = (dispatch.fault or next(elsewhere, None)) if in_use else None
            self._by_calls[way] = self._since(self._by_calls.get(way), fault)
        self._by_calls = {way: one for way, one in self._by_calls.items() if way in on}

    async def _ask(self, ways: Sequence[str], current: Mapping[str, str]) -> None:
        """Has every way say whether it would take something: while one fails, or another one stands in."""
        failing = any(not one.well for one in self._by_calls.values())
        turned = any(way_of(channel, ways, current) != channel for channel in ways)
        if not (failing or turned):
            self._by_asking.clear()
            return
        now = self.clock()
        if 0 <= now - self._asked_at < _ASKED_EVERY and self._by_asking:
            return
        self._asked_at = now
        asked = {one.channel.name: one.channel for one in self.dispatches if one.channel.name in ways}
        able = {way: channel for way, channel in asked.items() if isinstance(channel, Answering)}
        answers = await asyncio.gather(*map(_answer, able.values()))
        for way, answer in zip(able, answers, strict=True):
            self._by_asking[way] = self._since(self._by_asking.get(way), answer)

    def _since(self, before: Condition | None, fault: str | None) -> Condition:
        same = before is not None and before.well == (fault is None)
        return Condition(fault, before.since if before is not None and same else self.clock())

    async def _consider(
        self, channel: str, ways: Sequence[str], current: Mapping[str, str], lately: Sequence[Turn]
    ) -> None:
        now, conditions = self.clock(), self._conditions(way_of(channel, ways, current))
        taken = turn(channel, ways, conditions, lately, now)
        if taken is None or (taken.code and not await self._is_waiting(channel, now)):
            return

        async def work(connection: AsyncConnection) -> None:
            await turns.add(connection, taken, self.journal)
            await sending.hasten(connection, channel, now)

        await self.store.transact(work)
        self._trust(taken.way)
        told = {"channel": channel, "way": taken.way, "left": taken.left, "code": taken.code}
        log.warning("replies take another way", **told)

    async def _hasten(self, channel: str, way: str) -> None:
        """Once replies leave by another way, what comes back from the one that was left need not rest, but in
        quiet hours."""
        now = self.clock()
        if way != channel and awake_at(self.rules(), now) == now:
            await self.store.transact(lambda c: sending.hasten_what_came_back(c, channel, now, way))

    async def _is_waiting(self, channel: str, now: Micros) -> bool:
        """For nothing, nobody need go another way."""
        return await self.store.read(lambda c: sending.is_waiting(c, channel, now, SOON))

    def _conditions(self, present: str) -> _Conditions:
        """Where replies leave now, what the calls say counts; elsewhere what was answered, unless calls fail
        there too."""
        return {
            way: one if way == present or not one.well else self._by_asking.get(way, one)
            for way, one in self._by_calls.items()
        }

    def _trust(self, way: str) -> None:
        """What it came to before is past: it was just seen to be well."""
        for dispatch in self.dispatches:
            if dispatch.channel.name == way and not self._is_failing(way):
                dispatch.trust()

    def _is_failing(self, way: str) -> bool:
        condition = self._by_calls.get(way)
        return condition is not None and not condition.well


async def _answer(channel: Answering) -> str | None:
    """Why a way would take nothing; `None` while it would."""
    try:
        async with asyncio.timeout(_GIVEN_UP):
            await channel.well()
    except Unreachable as unreachable:
        return str(unreachable)
    except TimeoutError:
        return "timeout"
    return None
