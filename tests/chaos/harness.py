"""Kills the service again and again under traffic and faults, then counts what was lost or doubled.

Half of the lives end at a named point, the others at any moment, some while they start. Money is short: in
every season the limit grows by less than the traffic costs, so that it is reached, and passed by nobody. At
the end nobody writes any more, there is money enough, and everybody who waited must have been answered.
"""

import asyncio
import random
import signal
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.model import EventId, MicroEuros
from bridge.privacy.pseudonym import event_id
from bridge.store.engine.store import Store
from channels.standins.faults import Fault
from channels.standins.twilio import TwilioStandIn
from channels.standins.twilio.faults import CallbackFaults, Faults, Operation
from tests.chaos import counts
from tests.chaos.counts import Counts
from tests.chaos.lives import KILLED, Life, Nursery, nursery
from tests.chaos.points import POINTS
from tests.chaos.rules import write_rules
from tests.support.events import SECRET
from tests.support.house import free_port

_SEASON = 5  # kills under one limit
_ALLOWANCE: MicroEuros = 2_400_000  # thirty replies more in each season
_PLENTY: MicroEuros = 900_000_000  # for everybody who still waits at the end
_TALKERS = 3
_FAULTS = (
    *(Fault.ERROR_500_BEFORE, Fault.ERROR_500_AFTER, Fault.RESET_BEFORE, Fault.RESET_AFTER),
    *(Fault.HANG_BEFORE, Fault.HANG_AFTER, Fault.RATE_LIMITED, Fault.GARBLED_AFTER, Fault.UNAVAILABLE_BEFORE),
)
_LONGEST_START = 120.0  # seconds until a life answers
_LONGEST_WAY = 10.0  # seconds until it reaches its point; doubts must be settled before there is money again
_STANDSTILL = 120.0  # seconds without one more thing settled, after which the last life is given up


@dataclass(slots=True)
class Chaos:
    """One run on one database."""

    database_url: str
    folder: Path
    chance: random.Random
    provider: TwilioStandIn = field(default_factory=lambda: TwilioStandIn(callback_delay=0.05))
    acknowledged: list[EventId] = field(default_factory=list)
    reached: list[str] = field(default_factory=list)
    """The points at which a life ended, in order."""
    _limit: MicroEuros = 0
    _over: MicroEuros = 0
    _serial: int = 0
    _port: int = field(default_factory=free_port)
    _answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, kills: int) -> Counts:
        """Kills so many times, lets the last life settle, and counts."""
        environment = await self._environment()
        async with nursery(self._log) as lives:
            async with self._traffic():
                due = deque(POINTS)
                for kill in range(kills):
                    if kill % _SEASON == 0:
                        await self._new_season(_ALLOWANCE)
                    self._choose_faults()
                    await self._life(lives, environment, due if kill % 2 else deque())
                    _show(f"kill {kill + 1} of {kills}")
            _show("settling")
            await self._new_season(_PLENTY)
            self.provider.faults = Faults()
            counted = await self._last_life(lives, environment)
        await self.provider.close()
        return counted

    @property
    def _log(self) -> Path:
        return self.folder / "lives.log"

    async def _environment(self) -> dict[str, str]:
        url = f"http://127.0.0.1:{self._port}"
        ours = {
            "REMPART_DATABASE_URL": self.database_url,
            "REMPART_RESPONSES": str(self.folder / "rules.yaml"),
            "REMPART_PORT": str(self._port),
            "REMPART_PUBLIC_URL": url,
            "REMPART_SECRET": SECRET,
        }
        return {**await self.provider.start(url), **ours}

    async def _new_season(self, allowance: MicroEuros) -> None:
        """Reads the books while nobody lives, and allows some more money."""
        if self._limit:
            self._over = max(self._over, await self._overspent())
        self._limit += allowance
        write_rules(self.folder, self._limit)

    async def _overspent(self) -> MicroEuros:
        store = Store(self.database_url)
        try:
            return await store.read(lambda connection: counts.overspent(connection, self._limit))
        finally:
            await store.close()

    async def _life(self, lives: Nursery, environment: dict[str, str], due: deque[str]) -> None:
        point = due[0] if due else None
        armed = {"CRASH_AT": f"{point}:{self.chance.randint(1, 4)}"} if point else {"CRASH_AT": ""}
        self._answers.clear()
        life = await lives.begin(environment | armed)
        await self._until_it_is_time(life, _LONGEST_WAY if point else None)
        if point and life.ended.done():
            self.reached.append(point)
            due.rotate(-1)
        status = await life.end(signal.SIGKILL)
        assert status == KILLED, f"It ended by itself ({status}): {self._last_words()}"

    async def _until_it_is_time(self, life: Life, way: float | None) -> None:
        """Returns when a life has ended, or is to end: at its point, while it starts, or soon after."""
        if way is None and self.chance.random() < 0.2:
            await asyncio.wait({life.ended}, timeout=self.chance.uniform(0, 0.3))
            return
        answering = asyncio.create_task(self._answers.wait())
        either: set[asyncio.Future[Any]] = {life.ended, answering}
        await asyncio.wait(either, timeout=_LONGEST_START, return_when="FIRST_COMPLETED")
        assert answering.done() or life.ended.done(), f"It did not answer: {self._last_words()}"
        answering.cancel()
        await asyncio.wait({life.ended}, timeout=way or self.chance.uniform(0.05, 0.8))

    def _last_words(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")[-2000:]

    @asynccontextmanager
    async def _traffic(self) -> AsyncIterator[None]:
        talking = [asyncio.create_task(self._talk()) for _ in range(_TALKERS)]
        try:
            yield
        finally:
            for one in talking:
                one.cancel()
            await asyncio.gather(*talking, return_exceptions=True)

    async def _talk(self) -> None:
        """One person after the other; the provider comes back with a text until it is acknowledged."""
        while True:
            self._serial += 1
            status, sid = await self.provider.text(f"+3361{self._serial:07}", "Salut, c'est moi")
            while status != 200:
                await asyncio.sleep(0.05)
                (status,) = await self.provider.redeliver(sid)
            self.acknowledged.append(event_id("sms", "message", sid))
            self._answers.set()
            await asyncio.sleep(self.chance.uniform(0, 0.2))

    def _choose_faults(self) -> None:
        faults = Faults()
        if self.chance.random() < 0.8:
            faults.next(*self.chance.choices(_FAULTS, k=self.chance.randint(1, 4)))
        if self.chance.random() < 0.2:
            faults.next(self.chance.choice(_FAULTS), on=Operation.LIST)
        faults.callbacks = CallbackFaults(
            repeat=self.chance.randint(1, 3),
            shuffle=random.Random(self.chance.random()),
            late_seconds=self.chance.choice((0, 0.5)),
        )
        self.provider.faults = faults

    async def _last_life(self, lives: Nursery, environment: dict[str, str]) -> Counts:
        life = await lives.begin(environment | {"CRASH_AT": ""})
        store = Store(self.database_url)
        await _settled(store)
        assert await life.end(signal.SIGTERM) == 0, self._last_words()
        over = max(self._over, await self._overspent())
        counted = await store.read(lambda c: counts.count(c, self.acknowledged, self.provider.sent, over))
        await store.close()
        return counted


async def _settled(store: Store) -> None:
    """Returns when nothing is open, however long that takes, or when nothing goes on: that is counted."""
    fewest, since = sys.maxsize, time.monotonic()
    while (still := await store.read(counts.still_open)) and time.monotonic() - since < _STANDSTILL:
        if still < fewest:
            fewest, since = still, time.monotonic()
        await asyncio.sleep(0.3)


def _show(progress: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{progress:<20}", end="", file=sys.stderr)  # noqa: T201
