"""The one way through the house: intake, journal, fold, outbox, dispatch."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Literal

import structlog

from bridge.card import Card
from bridge.loops.dispatch import Dispatch, recover
from bridge.loops.feed import Feed
from bridge.loops.folding import Folding
from bridge.loops.intake import Intake
from bridge.loops.introduction import Introduction
from bridge.loops.polling import Poller
from bridge.loops.quoting import Quoting
from bridge.loops.reconcile import OnceMore, Reconcile
from bridge.loops.rhythm import Calling, Loop
from bridge.model import Micros
from bridge.moderation.directory import Directory
from bridge.ports import Channel, Clock, Finding, Introducing, Polling, Pricing, Room, Sending
from bridge.privacy.secret import Keys
from bridge.responses import Responses
from bridge.store.books.journal import Arrival, Journal
from bridge.store.books.keyring import Keyring
from bridge.store.books.targets import Targets
from bridge.store.engine.store import Store
from bridge.views import Trouble

LONGEST_GOODBYE = 3.5
"""Seconds that turns and calls under way are given at a clean stop; what remains is left in doubt."""

LAST_MOMENT = 0.15
"""Seconds in which whatever was cancelled must have ended: it need not do more than let go."""

RECOVER_EVERY = 30.0
"""Seconds between looks for calls that nobody is making any more."""

log = structlog.get_logger("rempart.service")


Half = Literal["in", "out"]


class Pipeline:
    """The loops in their order, each waking the next."""

    def __init__(
        self, store: Store, keys: Keys, clock: Clock, responses: Responses, directory: Directory | None = None
    ) -> None:
        """Wires the loops; none runs yet."""
        self._store = store
        self._clock = clock
        self.keyring = Keyring(keys.sealing)
        self.journal = Journal(keys.senders, self.keyring, directory)
        self.intake = Intake(self.commit, clock)
        self.folding = Folding(
            store, self.journal, Targets(self.journal), keys.choices, responses, self.intake.lull
        )
        self.dispatches: list[Dispatch] = []
        self.feeds: list[Feed] = []
        self._halves: list[tuple[str, Half, Dispatch | Loop]] = []
        """What tells whether a half of a channel works, with the channel's name."""
        self._since: dict[tuple[str, Half], Micros] = {}
        self._loops: list[Loop] = []
        self._running: list[asyncio.Task[None]] = []
        self._asking: list[asyncio.Task[None]] = []

    def start(self, channels: Mapping[str, Channel], cards: Callable[[], Awaitable[Sequence[Card]]]) -> None:
        """Starts every loop, and for each channel those of what it can do; `cards` are what rooms show."""
        doing = list(channels.values())
        self.dispatches = [
            Dispatch(self._store, self.keyring, one, self._clock, self._rules)
            for one in doing
            if isinstance(one, Sending)
        ]
        self.feeds = [Feed(self._store, one, self._clock, cards) for one in doing if isinstance(one, Room)]
        self._start_working()
        self._start_asking(doing)

    async def stop(self) -> None:
        """Lets turns and calls under way end, and begins no other; waiting questions are dropped."""
        for task in self._asking:
            task.cancel()
        for loop in self._loops:
            loop.stop()
        end = asyncio.get_running_loop().time() + LONGEST_GOODBYE
        await _until(end, self._running)
        await _until(end, [call for dispatch in self.dispatches for call in dispatch.calls])
        await _gone(self._asking)

    def failing(self) -> set[str]:
        """The channels of which a half does not work."""
        return {one.channel for one in self.troubles()}

    def troubles(self) -> list[Trouble]:
        """The halves of channels that do not work: the newest call to their provider came to nothing."""
        codes = {(name, half): one.fault for name, half, one in self._halves if one.fault is not None}
        now = self._clock()
        self._since = {half: self._since.get(half, now) for half in codes}
        return [Trouble(*half, code, self._since[half]) for half, code in codes.items()]

    def _start_working(self) -> None:
        """The one way through: intake wakes folding, folding wakes those who send and show."""
        sending = [Loop(f"dispatch {one.channel.name}", one.turn) for one in self.dispatches]
        showing = [_calling("feed", one.room.name, one) for one in self.feeds]
        self._halves = [(one.channel.name, "out", one) for one in self.dispatches]
        self._halves += [(one.room.name, "out", loop) for one, loop in zip(self.feeds, showing, strict=True)]
        folding = Loop("folding", self.folding.turn, followers=sending)
        intake = Loop("intake", self.intake.turn, followers=[folding])
        self.intake.wake = intake.wake
        recovery = Loop("recovery", self._recover, first_rest=RECOVER_EVERY)
        self._loops = [intake, folding, recovery, *sending, *showing]
        self._running = [asyncio.create_task(loop.run()) for loop in self._loops]

    def _start_asking(self, doing: Sequence[Channel]) -> None:
        """Loops that mostly wait for a provider: they may be cut off at any moment."""
        append, store, clock = self.intake.append, self._store, self._clock
        asking = [
            (one.name, _calling("polling", one.name, Poller(store, one, append)))
            for one in doing
            if isinstance(one, Polling)
        ]
        settling = [
            _calling("reconcile", one.name, Reconcile(store, self.keyring, one, clock))
            for one in doing
            if isinstance(one, Finding)
        ]
        settling += [
            _calling("once more", one.name, OnceMore(store, one, clock))
            for one in doing
            if isinstance(one, Sending) and not isinstance(one, Finding)
        ]
        telling = [
            (one.name, _calling("introduction", one.name, Introduction(one)))
            for one in doing
            if isinstance(one, Introducing)
        ]
        quoting = [
            _calling("quoting", one.name, Quoting(store, one, clock, self._rules))
            for one in doing
            if isinstance(one, Pricing)
        ]
        self._halves += [(name, "in", loop) for name, loop in (*asking, *telling)]
        loops = [*(loop for _, loop in (*asking, *telling)), *settling, *quoting]
        self._loops.extend(loops)
        self._asking = [asyncio.create_task(loop.run()) for loop in loops]

    def _rules(self) -> Responses:
        return self.folding.responses

    async def _recover(self) -> float:
        """Puts calls in doubt that another process began, and died."""
        await recover(self._store, self._clock, alone=False)
        return RECOVER_EVERY

    async def commit(self, arrivals: Sequence[Arrival]) -> None:
        """Stores arrivals for good. Raises `StoreUnavailable`."""
        keys = await self._store.transact(lambda connection: self.journal.append(connection, arrivals))
        self.keyring.remember(keys)


def _calling(kind: str, channel: str, caller: Calling) -> Loop:
    return Loop(f"{kind} {channel}", caller.turn, patience=caller.patience)


async def _until(end: float, tasks: Sequence[asyncio.Task[None]]) -> None:
    """Waits for tasks until `end`, by the loop's clock; those that take longer are cancelled."""
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=max(0.0, end - asyncio.get_running_loop().time()))
    for task in late:
        task.cancel()
    await _gone(late)


async def _gone(cancelled: Collection[asyncio.Task[None]]) -> None:
    """Waits for cancelled tasks, but not for one that goes on all the same: it may be someone else's code."""
    if not cancelled:
        return
    ended, stubborn = await asyncio.wait(cancelled, timeout=LAST_MOMENT)
    await asyncio.gather(*ended, return_exceptions=True)
    if stubborn:
        log.error("something goes on although it was cancelled", count=len(stubborn))
