"""Plays an evening through the provider's stand-in, no faster than the service takes it in.

Each text goes the whole way: a signed webhook, the journal, the fold, the outbox. What is shown meanwhile is
counted from the database. One evening at a time; it goes on when nobody looks. It comes out the same
everywhere: texts arrive in the order of the script, under its ids, and the clock waits for the service.
"""

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, Literal, Protocol

import structlog

from bridge.demo.app import NotNow
from bridge.demo.pace import DemoClock, Pacer
from bridge.demo.script import BEGINS, CHANNEL, ENDS, Cut, Line, Name, written
from bridge.demo.tally import Tally, busy, newest
from bridge.errors import StoreUnavailable
from bridge.model import SECOND, Micros
from bridge.privacy.pseudonym import event_id
from bridge.responses import Responses
from bridge.store.engine.store import Store

Phase = Literal["ready", "playing", "settling", "over", "stopped"]
"""Settling: everything has been sent, and the last replies wait out their hold."""

_SOON = 0.03  # seconds between two questions whether the service has done all
_LOOKS = 2  # ticks between two counts
_STALE: Micros = 3 * SECOND
_LONGEST_SETTLING = 120  # ticks

log = structlog.get_logger("rempart.demo")


class Scripted(Protocol):
    """A handset whose provider gives a message the id that the script has for it."""

    async def text(self, address: str, text: str, /, *, name: str) -> tuple[int | None, str]:
        """As `Handset.text`; `name` is 32 hexadecimal digits of the id."""


class Play:
    """An evening, which can be begun, stopped and looked at."""

    def __init__(self, store: Store, handset: Scripted, clock: DemoClock, rules: Responses, cut: Cut) -> None:
        """`rules` are those in force: they say what is paid when."""
        self._store, self._handset, self._clock = store, handset, clock
        self._rules, self._cut = rules, cut
        self._phase: Phase = "ready"
        self._evening: Name = "raid"
        self._takes = 0
        self._seen: Micros = 0
        """When it was last counted."""
        self._task: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()
        self._pacer: Pacer | None = None
        self._tally: Tally | None = None

    def start(self, evening: Name = "raid") -> None:
        """Begins; needs a running loop. Raises `NotNow`."""
        if self._task is not None and not self._task.done():
            raise NotNow("An evening is being played already: watch it, or stop it.")
        self._phase, self._pacer, self._tally = "playing", None, None
        self._evening = evening
        self._stop.clear()
        self._task = asyncio.create_task(self._survive(self._takes))
        self._takes += 1

    def stop(self) -> None:
        """Sends nothing more; what was sent is still decided and answered. Without an evening, nothing."""
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
        tally = self._tally or Tally(0, self._rules)
        return {
            "evening": self._evening,
            "phase": self._phase,
            "take": self._takes,
            "begins": BEGINS,
            "ends": ENDS,
            "at": at,
            "speed": self._pacer.speed if self._pacer else round(self._cut.speed),
            "share": self._cut.of(self._evening),
            "counts": tally.told(),
        }

    async def _survive(self, take: int) -> None:
        try:
            await self._play(take)
        except Exception:
            log.exception("the evening cannot be played on")
            self._phase = "stopped"
        finally:
            self._clock.go()

    async def _play(self, take: int) -> None:
        lines = await asyncio.to_thread(written, take, self._cut.of(self._evening), self._evening)
        self._tally = tally = Tally(await self._store.read(newest), self._rules, self._clock())
        self._pacer = pacer = Pacer(self._clock, self._cut.speed)
        whole = await self._send(lines, tally, pacer)
        self._phase = "settling"
        await self._settle(tally, pacer)
        self._phase = "over" if whole else "stopped"

    async def _send(self, lines: Sequence[Line], tally: Tally, pacer: Pacer) -> bool:
        """Sends each line at its tick; whether all of them were sent."""
        coming = deque(lines)
        while pacer.at < ENDS or coming:
            if await self._stopped(pacer.wait()):
                return False
            await self._tick(tally, pacer)
            while coming and coming[0].at <= pacer.at:
                await self._text(coming.popleft(), tally)
        return True

    async def _settle(self, tally: Tally, pacer: Pacer) -> None:
        """Until every message is decided, and every reply has left or never will."""
        for _ in range(_LONGEST_SETTLING):
            await asyncio.sleep(pacer.wait())
            await self._tick(tally, pacer)
            await self._look(tally, pacer)
            if tally.settled:
                return

    async def _tick(self, tally: Tally, pacer: Pacer) -> None:
        """Moves the clock on: what arrived was decided before, and what is due leaves before more arrives."""
        await self._done()
        if pacer.ticks % _LOOKS == 0:
            await self._look(tally, pacer)
        pacer.tick()
        await self._done()

    async def _done(self) -> None:
        """Returns once the service has nothing left to do at this instant, or somebody wants an end."""
        while await self._busy() and not await self._stopped(_SOON):
            pass

    async def _busy(self) -> bool:
        try:
            now, rules = self._clock(), self._rules
            return await self._store.read(lambda connection: busy(connection, CHANNEL, now, rules))
        except StoreUnavailable as error:
            log.warning("nobody knows how far the evening is", why=str(error))
            return True

    async def _stopped(self, seconds: float) -> bool:
        """Waits; true as soon as somebody wants it to stop."""
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return False
        return True

    async def _text(self, line: Line, tally: Tally) -> None:
        name = blake2b(f"{self._takes}:{len(tally.lines)}".encode(), digest_size=16).hexdigest()
        _, provider_id = await self._handset.text(line.sender, line.text, name=name)
        tally.lines[event_id(CHANNEL, "message", provider_id)] = line

    async def _look(self, tally: Tally, pacer: Pacer) -> None:
        self._seen = self._clock()
        try:
            await self._store.read(lambda connection: tally.look(connection, pacer.at, self._clock()))
        except StoreUnavailable as error:
            log.warning("the evening cannot be counted now", why=str(error))
