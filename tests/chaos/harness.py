"""Kills the service again and again under traffic and faults, then counts what was lost or doubled."""

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import EventId, Progress
from bridge.privacy.pseudonym import event_id
from bridge.store import ledger, tables
from bridge.store.store import Store
from channels.standins.twilio import TwilioStandIn
from channels.standins.twilio_faults import CallbackFaults, Fault
from tests.chaos.service import POINTS
from tests.support.house import free_port

RULES = b"""
languages: [fr]
hold: {min: 0s, max: 1s}
pot: {total: 30, per_hour: 20, per_day: 20}
replies:
  - id: any
    say: {fr: Un mot.}
"""
LIMIT = 20_000_000  # micro-euros: the hour's share in RULES
FAULTS = [
    *(Fault.ERROR_500_BEFORE, Fault.ERROR_500_AFTER, Fault.RESET_BEFORE, Fault.RESET_AFTER),
    *(Fault.HANG_BEFORE, Fault.HANG_AFTER, Fault.RATE_LIMITED, Fault.GARBLED_AFTER, Fault.UNAVAILABLE_BEFORE),
]
SETTLING = 120.0  # seconds that the last life is given to settle everything


@dataclass(slots=True)
class Counts:
    """What came of it; every figure but the first two should be nothing."""

    kills: int = 0
    acknowledged: int = 0
    lost: int = 0
    doubled: int = 0
    in_doubt: int = 0
    over_the_limit: int = 0
    unbalanced: int = 0

    @property
    def harmless(self) -> bool:
        """Whether nothing was lost, doubled, left open or overspent."""
        return not any((self.lost, self.doubled, self.in_doubt, self.over_the_limit, self.unbalanced))

    def __str__(self) -> str:
        return (
            f"{self.kills} kills, {self.acknowledged} acknowledged messages: lost {self.lost}, "
            f"double sends {self.doubled}, in doubt at the end {self.in_doubt}, "
            f"money over the limit {self.over_the_limit}, books unbalanced {self.unbalanced}"
        )


@dataclass(slots=True)
class Chaos:
    """One run on one database."""

    database_url: str
    folder: Path
    chance: random.Random
    provider: TwilioStandIn = field(default_factory=lambda: TwilioStandIn(callback_delay=0.05))
    acknowledged: list[EventId] = field(default_factory=list)
    _serial: int = 0
    _port: int = field(default_factory=free_port)

    async def run(self, kills: int) -> Counts:
        """Kills so many times, lets the last life settle, and counts."""
        (self.folder / "rules.yaml").write_bytes(RULES)
        environment = await self.provider.start(f"http://127.0.0.1:{self._port}")
        for kill in range(kills):
            self._choose_faults()
            await self._life(dict(environment), POINTS[kill % len(POINTS)] if kill % 2 else None)
            print(f"\rkill {kill + 1} of {kills}", end="", file=sys.stderr)  # noqa: T201 - progress
        print(file=sys.stderr)  # noqa: T201
        self.provider.faults = type(self.provider.faults)()
        counts = await self._last_life(dict(environment))
        counts.kills = kills
        await self.provider.close()
        return counts

    async def _life(self, environment: dict[str, str], point: str | None) -> None:
        armed = {"CRASH_AT": f"{point}:{self.chance.randint(1, 6)}"} if point else {}
        process = await self._start(environment | armed)
        talking = asyncio.create_task(self._talk())
        try:
            async with asyncio.timeout(self.chance.uniform(0.2, 1.5) if point is None else 6):
                await process.wait()
        except TimeoutError:
            process.send_signal(signal.SIGKILL)
            await process.wait()
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)

    async def _start(self, environment: dict[str, str]) -> asyncio.subprocess.Process:
        ours = {
            "REMPART_DATABASE_URL": self.database_url,
            "REMPART_RESPONSES": str(self.folder / "rules.yaml"),
            "REMPART_PORT": str(self._port),
            "REMPART_PUBLIC_URL": f"http://127.0.0.1:{self._port}",
            "REMPART_SECRET": "a secret of more than thirty-two characters",
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.service", "run"),
            env=os.environ | ours | environment,
            stderr=asyncio.subprocess.DEVNULL,
        )
        await self._ready(process)
        return process

    async def _ready(self, process: asyncio.subprocess.Process) -> None:
        async with aiohttp.ClientSession() as session:
            for _ in range(600):
                if process.returncode is not None:
                    return  # it died at a named point before it was ready
                try:
                    async with session.get(f"http://127.0.0.1:{self._port}/healthz"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.05)
        raise AssertionError("The service was not ready in time.")

    async def _talk(self) -> None:
        while True:
            self._serial += 1
            address = f"+3361{self._serial:07}"
            status, sid = await self.provider.text(address, "Salut, c'est moi")
            if status == 200:
                self.acknowledged.append(event_id("sms", "message", sid))
            await asyncio.sleep(self.chance.uniform(0, 0.08))

    def _choose_faults(self) -> None:
        if self.chance.random() < 0.7:
            self.provider.faults.next(*self.chance.choices(FAULTS, k=self.chance.randint(1, 4)))
        callbacks = CallbackFaults(
            repeat=self.chance.randint(1, 3), shuffle=random.Random(self.chance.random())
        )
        self.provider.faults.callbacks = callbacks

    async def _last_life(self, environment: dict[str, str]) -> Counts:
        process = await self._start(environment)
        store = Store(self.database_url)
        try:
            async with asyncio.timeout(SETTLING):
                while await store.read(self._open):
                    await asyncio.sleep(0.3)
        except TimeoutError:
            pass  # what is still open is counted
        process.send_signal(signal.SIGTERM)
        await process.wait()
        counts = await store.read(self._count)
        await store.close()
        return counts

    async def _open(self, connection: AsyncConnection) -> int:
        waiting = select(func.count()).where(tables.outbox.c.progress.in_(ledger.RESERVED))
        unfolded = select(func.count()).select_from(tables.events).where(tables.events.c.place.is_(None))
        return (await connection.scalar(waiting) or 0) + (await connection.scalar(unfolded) or 0)

    async def _count(self, connection: AsyncConnection) -> Counts:
        stored = set(await connection.scalars(select(tables.events.c.id)))
        doubt = select(func.count()).where(
            tables.outbox.c.progress.in_((Progress.IN_DOUBT, Progress.SENDING))
        )
        purse = await ledger.load(connection, 0)
        taken = select(func.sum(tables.outbox.c.price)).where(tables.outbox.c.message_id.is_not(None))
        paid = int(await connection.scalar(taken) or 0)
        return Counts(
            acknowledged=len(self.acknowledged),
            lost=len(set(self.acknowledged) - stored),
            doubled=_doubled([record.to for record in self.provider.sent]),
            in_doubt=await connection.scalar(doubt) or 0,
            over_the_limit=max(0, purse.spent + purse.reserved - LIMIT),
            unbalanced=abs(purse.spent - paid),
        )


def _doubled(recipients: Sequence[str]) -> int:
    """Nobody texts twice here, so nobody is owed two replies."""
    return sum(count - 1 for count in Counter(recipients).values())
