"""A line: one public number, or bot, with everything behind it: a whole house, wired here."""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from functools import partial

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.explaining.explain import Explaining
from bridge.ports import Channel, Clock, Webhook, Wiring
from bridge.privacy.secret import Keys
from bridge.responses import Responses
from bridge.service.board import Board
from bridge.service.counter import Counter
from bridge.service.exclusive import held
from bridge.service.health import Condition, Vitals
from bridge.service.host import TeamHost
from bridge.service.lines import Site
from bridge.service.pipeline import Pipeline
from bridge.service.plugins import channel_names, directory
from bridge.service.prepare import prepare
from bridge.service.rules import RulesWatch
from bridge.store.engine.store import Store
from bridge.store.looks.overview import lag, overview

_LONGEST_CLOSE = 1.5  # seconds

log = structlog.get_logger("rempart.service")


class Line:
    """The one way through the house, and who asks and looks in on it. Lines share nothing."""

    def __init__(
        self,
        site: Site,
        rules: Responses,
        watch: RulesWatch,
        *,
        keys: Keys,
        clock: Clock,
        public_url: str | None,
    ) -> None:
        """Opens nothing, dials nobody. Raises `Misconfigured`."""
        self.name = site.name
        self._clock, self._keys = clock, keys
        people = directory(site.environment)
        self.store = Store(site.database_url, serving=True)
        self.pipeline = Pipeline(self.store, keys, clock, rules, people)
        self.board = Board(
            self.store,
            clock,
            self.responses,
            self.channel_states,
            self.pipeline.troubles,
            refused=lambda: watch.refused,
            mended_at=lambda: watch.mended_at,
        )
        append = self.pipeline.intake.append
        explaining = Explaining(self.store, self.pipeline.journal.sender, channel_names(), clock)
        self.host = TeamHost(
            store=self.store,
            journal=self.pipeline.journal,
            append=append,
            board=self.board,
            explaining=explaining,
            responses=self.responses,
            directory=people,
        )
        self.counter = Counter(
            store=self.store,
            clock=clock,
            explaining=explaining,
            responses=self.responses,
            channel_states=self.channel_states,
            troubles=self.pipeline.troubles,
            do=self.host.do,
            runs=_yes,
            folds=_yes,
            journal=lambda: self.pipeline.journal,
            refused=lambda: watch.refused,
            directory=people,
        )
        self._channels = site.connected(Wiring(append, clock, public_url, self.host, self.name))
        self.on = {name: channel for name, channel in self._channels.items() if channel is not None}
        self._held, self._open = AsyncExitStack(), AsyncExitStack()

    async def hold(self) -> None:
        """Its database is ours from now on. Raises `RempartError`."""
        await self._held.enter_async_context(held(self.store))

    async def release(self) -> None:
        """Lets another process have it."""
        await self._held.aclose()

    async def begin(self) -> None:
        """Everything runs. Raises `RempartError` with what keeps it from that."""
        await prepare(self.store, self._keys.recognition, self._clock, self.name)
        for channel in self.on.values():
            await channel.open()
            self._open.push_async_callback(_close, channel)
        self.pipeline.start(self.on, self.board.cards)
        self._open.push_async_callback(self.pipeline.stop)

    async def end(self) -> None:
        """Finishes what is under way, and loses nothing."""
        await self._open.aclose()

    def webhooks(self) -> list[tuple[str, Webhook]]:
        """What its channels receive, by path."""
        return [hook for channel in self.on.values() for hook in channel.webhooks().items()]

    def channel_states(self) -> dict[str, str]:
        """What each installed channel is: on, off or failing."""
        states = {name: "on" if channel else "off" for name, channel in self._channels.items()}
        return states | dict.fromkeys(self.pipeline.failing(), "failing")

    def leads(self) -> bool:
        """Whether this process decides."""
        return self.pipeline.lead.held

    def responses(self) -> Responses:
        """The rules in force."""
        return self.pipeline.folding.responses

    def adopt(self, responses: Responses) -> None:
        """These are in force from now on."""
        self.pipeline.folding.responses = responses

    async def vitals(self, answers: Mapping[int, int]) -> Vitals:
        """What the health pages tell; `answers`: how often each status was answered."""
        now = self._clock()
        seen = await self.store.read(partial(overview, now=now))
        outcomes = {one.channel.name: one.outcomes for one in self.pipeline.dispatches}
        return Vitals(now, seen, self.channel_states(), dict(answers), outcomes, self.pipeline.lead.held)

    async def condition(self) -> Condition:
        """Proves that something can be stored, and tells what does not go as it should."""
        await self.store.ping()
        seen = await self.store.read(lag)
        troubles, stands_by = self.pipeline.troubles(), not self.pipeline.lead.held
        return Condition(seen.events, seen.seconds(self._clock()), troubles, stands_by)


async def _yes(_connection: AsyncConnection) -> bool:
    return True  # whoever answers this, does: only the service of a file is asked, and it is alone


async def _close(channel: Channel) -> None:
    """A channel that will not let go is left behind: a stop must not wait for it."""
    closing = asyncio.ensure_future(channel.close())
    await asyncio.wait({closing}, timeout=_LONGEST_CLOSE)
    if not closing.done():
        closing.cancel()
        log.error("a channel did not close in time", channel=channel.name)
        return
    (fault,) = await asyncio.gather(closing, return_exceptions=True)
    if fault is not None:
        log.error("a channel could not be closed", channel=channel.name, exc_info=fault)
