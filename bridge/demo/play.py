"""Plays the raid through the provider's stand-in, no faster than the service takes it in.

Each text goes the whole way: a signed webhook, the journal, the fold, the outbox. What is shown meanwhile is
counted from the database. One raid at a time; it goes on when nobody looks.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal

import structlog

from bridge.demo.app import NotNow
from bridge.demo.script import BEGINS, CHANNEL, ENDS, Cut, Line, written
from bridge.demo.tally import Tally, newest
from bridge.errors import StoreUnavailable
from bridge.model import SECOND, MicroEuros, Micros
from bridge.ports import Clock
from bridge.privacy.pseudonym import event_id
from bridge.standin import Handset
from bridge.store.store import Store

Phase = Literal["ready", "playing", "settling", "over", "stopped"]
"""Settling: everything has been sent, and the last replies wait out their hold."""

AT_ONCE = 6
"""Webhooks under way at the same time."""

MOST_UNDECIDED = 150
"""Messages that may wait for their decision: beyond, nothing more is sent."""

_LOOKS = 0.5  # seconds between two
_STALE: Micros = 3 * SECOND
_SLACK = 0.25  # seconds that a text may be late before 2017 waits for it
_LONGEST_SETTLING = 30.0  # seconds

log = structlog.get_logger("rempart.demo")


class Pacer:
    """The time of 2017, which passes faster than ours, and waits for whoever is late."""

    def __init__(self, speed: float) -> None:
        """Begins at once."""
        self._speed = speed
        self._began = self._now()
        self._next: Micros = BEGINS

    @property
    def at(self) -> Micros:
        """How far 2017 has come."""
        return min(self._next, self._passed())

    def wait(self, at: Micros) -> float:
        """The seconds until an instant of 2017; one that should have come long ago is now."""
        self._next = at
        seconds = (at - self._passed()) / (self._speed * SECOND)
        self._began += max(0.0, -seconds - _SLACK)
        return max(0.0, seconds)

    def _passed(self) -> Micros:
        return BEGINS + round((self._now() - self._began) * self._speed * SECOND)

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


class Play:
    """The raid, which can be begun, stopped and looked at."""

    def __init__(self, store: Store, handset: Handset, clock: Clock, price: MicroEuros, cut: Cut) -> None:
        """`price` is what a reply of one segment costs, in micro-euros."""
        self._store, self._handset, self._clock = store, handset, clock
        self._price, self._cut = price, cut
        self._phase: Phase = "ready"
        self._takes = 0
        self._seen: Micros = 0
        """When it was last counted."""
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._room = asyncio.Semaphore(AT_ONCE)
        self._caught_up = asyncio.Event()
        """Set while few enough messages wait for their decision."""
        self._pacer: Pacer | None = None
        self._tally: Tally | None = None

    def start(self) -> None:
        """Begins; needs a running loop. Raises `NotNow`."""
        if self._task is not None and not self._task.done():
            raise NotNow("The raid is being played already: watch it, or stop it.")
        self._phase, self._pacer, self._tally = "playing", None, None
        self._stop.clear()
        self._caught_up.set()
        self._task = asyncio.create_task(self._survive(self._takes))
        self._takes += 1

    def stop(self) -> None:
        """Sends nothing more; what was sent is still decided and answered. Without a raid, does nothing."""
        self._stop.set()

    async def close(self) -> None:
        """Lets go of everything at once."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def told(self) -> Mapping[str, Any]:
        """What the page shows. Times are microseconds of 2017."""
        if self._tally is not None and self._pacer is not None and self._clock() - self._seen > _STALE:
            await self._look(self._tally, self._pacer)  # the team may call it a false alarm long afterwards
        at = self._pacer.at if self._pacer else BEGINS
        tally = self._tally or Tally(0, self._price)
        return {
            "phase": self._phase,
            "take": self._takes,
            "begins": BEGINS,
            "ends": ENDS,
            "at": at,
            "speed": round(self._cut.speed),
            "share": self._cut.share,
            "counts": tally.told(),
        }

    async def _survive(self, take: int) -> None:
        try:
            await self._play(take)
        except Exception:
            log.exception("the raid cannot be played on")
            self._phase = "stopped"

    async def _play(self, take: int) -> None:
        lines = await asyncio.to_thread(written, take, self._cut.share)
        self._tally = tally = Tally(await self._store.read(newest), self._price)
        self._pacer = pacer = Pacer(self._cut.speed)
        async with asyncio.TaskGroup() as playing:
            looking = playing.create_task(self._watch(tally, pacer))
            whole = await self._send(lines, tally, pacer)
            looking.cancel()
        self._phase = "settling"
        await self._settle(tally, pacer)
        self._phase = "over" if whole else "stopped"

    async def _send(self, lines: tuple[Line, ...], tally: Tally, pacer: Pacer) -> bool:
        """Sends each line when it is time; whether all of them were sent."""
        async with asyncio.TaskGroup() as sending:
            for line in lines:
                if await self._stopped(pacer.wait(line.at)):
                    return False
                await self._caught_up.wait()
                await self._room.acquire()
                sending.create_task(self._text(line, tally))
            return not await self._stopped(pacer.wait(ENDS))

    async def _stopped(self, seconds: float) -> bool:
        """Waits; true as soon as somebody wants it to stop."""
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _text(self, line: Line, tally: Tally) -> None:
        try:
            _, provider_id = await self._handset.text(line.sender, line.text)
            tally.lines[event_id(CHANNEL, "message", provider_id)] = line
        finally:
            self._room.release()

    async def _settle(self, tally: Tally, pacer: Pacer) -> None:
        """Until every message is decided, and every reply has left or never will."""
        give_up = asyncio.get_running_loop().time() + _LONGEST_SETTLING
        while asyncio.get_running_loop().time() < give_up:
            await self._look(tally, pacer)
            if tally.settled:
                return
            await asyncio.sleep(_LOOKS)

    async def _watch(self, tally: Tally, pacer: Pacer) -> None:
        while True:
            await self._look(tally, pacer)
            await asyncio.sleep(_LOOKS)

    async def _look(self, tally: Tally, pacer: Pacer) -> None:
        self._seen = self._clock()
        try:
            await self._store.read(lambda connection: tally.look(connection, pacer.at, self._clock()))
        except StoreUnavailable as error:
            log.warning("the raid cannot be counted now", why=str(error))
        if tally.undecided > MOST_UNDECIDED:
            self._caught_up.clear()
        else:
            self._caught_up.set()
