"""Several processes on one PostgreSQL, in a raid: one after the other is killed, or stands still for a while.

The server itself crashes twice. Then is counted what was lost, doubled or overspent, and who waited how long.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnavailable
from bridge.model import IN_FLIGHT, EventId, MicroEuros
from bridge.privacy.pseudonym import event_id
from bridge.store.engine import dialect, lead
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events, outbox
from channels.standins.twilio import TwilioStandIn
from tests.chaos import counts
from tests.chaos.counts import Counts
from tests.chaos.lives import Life, Nursery, nursery
from tests.chaos.rules import write_rules
from tests.support import postgresql
from tests.support.balancer import Balancer
from tests.support.events import SECRET
from tests.support.house import free_port

PROMISED = 5.0
"""Seconds until another process has taken over; no gap in acknowledging is longer."""

PROCESSES = 3
CRASHES = 2

_PASTE = "Bande de nuls, fermez votre ligne avant qu'on s'en occupe"
_TALKERS = 12
_ORDINARY = 4  # every so manieth message is a person's own
_STANDSTILL = 0.3  # the share of those who stand still instead of being killed
_LONGEST_SETTLING = 90.0  # seconds
_AT_REST = 3.0  # seconds in which nothing changes any more


@dataclass(frozen=True, slots=True)
class Waits:
    """The longest waits, in seconds."""

    message: float
    """From a person's text to its acknowledgement, however often the provider had to come again."""
    any_message: float
    """Between one acknowledgement and the next, whosever."""
    leaderless: float
    """While nobody led; what the server itself was away is in it."""
    down: float
    """The server's longest absence."""
    stall: float
    """For how long this machine gave the harness itself no turn: a process may have had none, either."""

    @property
    def kept(self) -> bool:
        """Whether nobody waited for longer than is promised, what no process of ours can help apart."""
        return max(self.any_message, self.leaderless) <= PROMISED + self.down + self.stall

    def __str__(self) -> str:
        return (
            f"one message {self.message:.1f}, any message {self.any_message:.1f}, "
            f"for somebody to lead {self.leaderless:.1f}, for the server {self.down:.1f}, "
            f"for a turn of the machine's {self.stall:.1f}"
        )


@dataclass(slots=True)
class Several:
    """One run on one database."""

    url: str
    server: Path
    """Where the server of it keeps its files."""
    folder: Path
    chance: random.Random
    provider: TwilioStandIn = field(default_factory=lambda: TwilioStandIn(callback_delay=0.05))
    acknowledged: list[EventId] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)
    """How lives ended, or stood still."""
    broken: int = 0
    _acknowledged_at: list[float] = field(default_factory=list)
    _longest: float = 0.0
    _leaderless: float = 0.0
    _down: float = 0.0
    _stall: float = 0.0
    _ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(PROCESSES)])

    async def run(self, messages: int, seconds: float, kill_every: float) -> tuple[Counts, Waits]:
        """So many messages in so many seconds; whoever is still to be answered then, is."""
        limit: MicroEuros = messages * 80_000 // (2 * _ORDINARY)  # for half of those who deserve one
        write_rules(self.folder, limit)
        balancer = Balancer(self._ports)
        environment = await self._environment(await balancer.start(free_port()))
        store = Store(self.url)
        async with self._lives(environment) as lives:
            await self._ready(store)
            async with self._trouble(lives, store, kill_every, seconds):
                await self._talk(messages, seconds)
            over = await self._asked(store, limit)
            write_rules(self.folder, 10 * limit)
            await _settled(store)
            await self._all_end(lives)
        counted = await store.read(lambda c: counts.count(c, self.acknowledged, self.provider.sent, over))
        self.broken = await store.read(counts.broken_links)
        await store.close()
        await balancer.close()
        await self.provider.close()
        return counted, self._waits()

    async def _environment(self, public_url: str) -> dict[str, str]:
        ours = {
            "REMPART_DATABASE_URL": self.url,
            "REMPART_RESPONSES": str(self.folder / "rules.yaml"),
            "REMPART_PUBLIC_URL": public_url,
            "REMPART_SECRET": SECRET,
            "CRASH_AT": "",
        }
        return {**await self.provider.start(public_url), **ours}

    @property
    def log(self) -> Path:
        """What the processes have said."""
        return self.folder / "lives.log"

    @asynccontextmanager
    async def _lives(self, environment: dict[str, str]) -> AsyncIterator["list[_Place]"]:
        async with nursery(self.log) as born:
            places = [_Place(born, environment | {"REMPART_PORT": str(port)}) for port in self._ports]
            try:
                await asyncio.gather(*(place.begin() for place in places))
                yield places
            finally:
                for place in places:
                    await place.end(signal.SIGKILL)

    async def _ready(self, store: Store) -> None:
        """Returns once somebody leads, which takes tables."""
        async with asyncio.timeout(_LONGEST_SETTLING):
            while not await _leads(store):
                await asyncio.sleep(0.1)

    @asynccontextmanager
    async def _trouble(
        self, lives: "Sequence[_Place]", store: Store, kill_every: float, seconds: float
    ) -> AsyncIterator[None]:
        over = asyncio.Event()
        crashing, killing, watching = (
            asyncio.create_task(one)
            for one in (self._crash(seconds), self._kill(lives, kill_every, over), self._watch(store, over))
        )
        try:
            yield
            await crashing
        finally:
            over.set()
            await asyncio.gather(killing, watching)

    async def _kill(self, lives: "Sequence[_Place]", every: float, over: asyncio.Event) -> None:
        """Whoever was killed lives again, and whoever stood still goes on, when this returns."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), every * self.chance.uniform(0.5, 1.5))
            if over.is_set():
                return
            place = self.chance.choice(lives)
            if self.chance.random() < _STANDSTILL:
                self.ends.append("stood still")
                place.stand_still()
                await asyncio.sleep(1.25 * lead.SILENCE)
                place.go_on()
            else:
                self.ends.append("killed")
                await place.end(signal.SIGKILL)
                await place.begin()

    async def _crash(self, seconds: float) -> None:
        for _ in range(CRASHES):
            await asyncio.sleep(seconds / (CRASHES + 1))
            begun = time.monotonic()
            await asyncio.to_thread(postgresql.restart, self.server)
            self._down = max(self._down, time.monotonic() - begun)
            self.ends.append("the server crashed")

    async def _watch(self, store: Store, over: asyncio.Event) -> None:
        seen = time.monotonic()
        while not over.is_set():
            before = time.monotonic()
            await asyncio.sleep(0.1)
            self._stall = max(self._stall, time.monotonic() - before - 0.1)
            if await _leads(store):
                seen = time.monotonic()
            self._leaderless = max(self._leaderless, time.monotonic() - seen)

    async def _talk(self, messages: int, seconds: float) -> None:
        begin = time.monotonic()
        waiting: Iterator[int] = iter(range(messages))

        async def talk() -> None:
            for number in waiting:
                await asyncio.sleep(begin + seconds * number / messages - time.monotonic())
                await self._write(number)

        await asyncio.gather(*(talk() for _ in range(_TALKERS)))

    async def _write(self, number: int) -> None:
        """The provider comes back with a text until it is acknowledged."""
        begun = time.monotonic()
        own = f"Bonjour, on s'est vus hier, c'est le {number}"
        status, sid = await self.provider.text(f"+3361{number:07}", _PASTE if number % _ORDINARY else own)
        while status != 200:
            await asyncio.sleep(0.05)
            (status,) = await self.provider.redeliver(sid)
        now = time.monotonic()
        self.acknowledged.append(event_id("sms", "message", sid))
        self._acknowledged_at.append(now)
        self._longest = max(self._longest, now - begun)

    async def _asked(self, store: Store, limit: MicroEuros) -> MicroEuros:
        return await store.read(lambda connection: counts.overspent(connection, limit))

    async def _all_end(self, lives: "Sequence[_Place]") -> None:
        ended = await asyncio.gather(*(place.end(signal.SIGTERM) for place in lives))
        assert ended == [0] * len(lives), self.log.read_text(encoding="utf-8", errors="replace")[-2000:]

    def _waits(self) -> Waits:
        instants = sorted(self._acknowledged_at)
        between = max(later - earlier for earlier, later in pairwise(instants))
        return Waits(self._longest, between, self._leaderless, self._down, self._stall)


@dataclass(slots=True)
class _Place:
    """Where one process runs, and the next after it."""

    nursery: Nursery
    environment: dict[str, str]
    life: Life | None = None

    async def begin(self) -> None:
        self.life = await self.nursery.begin(self.environment)

    async def end(self, number: signal.Signals) -> int:
        life, self.life = self.life, None
        if life is None:
            return 0
        os.kill(life.pid, signal.SIGCONT)
        return await life.end(number)

    def stand_still(self) -> None:
        if self.life is not None:
            os.kill(self.life.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        if self.life is not None:
            os.kill(self.life.pid, signal.SIGCONT)


async def _leads(store: Store) -> bool:
    """Whether somebody holds the lead; looks at the lock without touching it."""
    query = text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) "
        "AND objid::bigint = hashtext(:name)::bigint & 4294967295"
    ).bindparams(name=dialect.lock_name(lead.LEADING))
    try:
        return bool(await store.read(lambda connection: connection.scalar(query)))
    except StoreUnavailable:
        return False


async def _settled(store: Store) -> None:
    """Returns when everything is decided, no call is open, and nothing changes any more."""
    last: object = None
    since = end = time.monotonic()
    while time.monotonic() - end < _LONGEST_SETTLING and time.monotonic() - since < _AT_REST:
        now = await store.read(_standing)
        open_calls = sum(count for progress, count in now if progress in (None, *IN_FLIGHT))
        if now != last or open_calls:
            last, since = now, time.monotonic()
        await asyncio.sleep(0.3)


async def _standing(connection: AsyncConnection) -> list[tuple[str | None, int]]:
    unfolded = await connection.scalar(select(func.count()).where(events.c.place.is_(None)))
    query = select(outbox.c.progress, func.count()).group_by(outbox.c.progress).order_by(outbox.c.progress)
    return [(None, unfolded or 0), *((row[0], row[1]) for row in await connection.execute(query))]
