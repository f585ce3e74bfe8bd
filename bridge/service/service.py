"""The service: settings, database, channels, pipeline and servers, wired in one place."""

import asyncio
import signal
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured
from bridge.explaining.explain import Explaining
from bridge.ports import Channel, Clock, Naming, Wiring
from bridge.responses import Responses, read
from bridge.service.alarms import Alarms
from bridge.service.board import Board
from bridge.service.control import control_app, socket_path
from bridge.service.counter import Counter
from bridge.service.descriptors import places, raise_limit
from bridge.service.door import settled_person
from bridge.service.dossiers import Dossiers
from bridge.service.exclusive import exposed, held
from bridge.service.finding import Finder
from bridge.service.health import Condition, Vitals, health_app
from bridge.service.heartbeat import Heartbeat
from bridge.service.host import TeamHost
from bridge.service.names import Names
from bridge.service.pipeline import Duties, Pipeline
from bridge.service.plugins import channel_names, connect_channels, directory
from bridge.service.prepare import examine_meanwhile, prepare
from bridge.service.rules import RulesWatch
from bridge.service.witnesses import witnesses
from bridge.settings import Settings
from bridge.store.engine.dialect import database_file
from bridge.store.engine.store import Store
from bridge.store.looks import raids
from bridge.store.looks.overview import Overview, RaidCount, lag, overview
from bridge.web.crowd import Crowd
from bridge.web.server import Server, listen, listen_privately
from bridge.web.webhooks import App, Webhooks

_LONGEST_CLOSE = 1.5  # seconds

log = structlog.get_logger("rempart.service")


class Service:
    """Everything that `rempart run` runs, in one event loop."""

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], clock: Clock, pages: App | None = None
    ) -> None:
        """Reads rules and credentials; dials nobody, opens nothing. Raises `Misconfigured`.

        `pages` answers what neither a provider nor a monitor asks for.
        """
        self._settings = settings
        self._keys = settings.keys()
        self._clock = clock
        self.store = Store(settings.database_url, serving=True)
        people = directory(environment)
        rules = partial(read, people=settled_person(people))
        self.rules = RulesWatch(settings.responses, self._adopt, rules)
        watching = witnesses(settings)
        in_force = rules(settings.responses)
        self.pipeline = Pipeline(self.store, self._keys, clock, in_force, people, witnesses=watching)
        self.pipeline.beside["dossiers"] = Dossiers(self.store, clock, self._told(environment))
        names = Names(lambda: (one for one in self._on.values() if isinstance(one, Naming)))
        self.board = Board(
            self.store,
            clock,
            self._responses,
            self.channel_states,
            self.pipeline.troubles,
            refused=lambda: self.rules.refused,
            mended_at=lambda: self.rules.mended_at,
            names=names,
            journal=lambda: self.pipeline.journal,
        )
        self.heartbeat = Heartbeat(settings.heartbeat_url, clock)
        append = self.pipeline.intake.append
        explaining = Explaining(self.store, self.pipeline.journal.sender, channel_names(), clock, names.of)
        self.finder = Finder(self.store, lambda: self.pipeline.journal, lull=self.pipeline.intake.lull)
        self.host = TeamHost(
            finder=self.finder,
            store=self.store,
            journal=self.pipeline.journal,
            append=append,
            board=self.board,
            explaining=explaining,
            responses=self._responses,
            directory=people,
        )
        self.counter = Counter(
            finder=self.finder,
            store=self.store,
            clock=clock,
            explaining=explaining,
            responses=self._responses,
            channel_states=self.channel_states,
            troubles=self.pipeline.troubles,
            do=self.host.do,
            runs=_yes,
            folds=_yes,
            journal=lambda: self.pipeline.journal,
            forget_one=self.pipeline.retention.one,
            signer=lambda: self.pipeline.pinning.signer,
            refused=lambda: self.rules.refused,
            directory=people,
            names=names,
            watched=self._watched,
            freshen=self.pipeline.sign,
            public_url=settings.public_url,
        )
        wiring = Wiring(append, clock, settings.public_url, self.host)
        self._channels = connect_channels(environment, wiring)
        self._on = {name: channel for name, channel in self._channels.items() if channel is not None}
        self._webhooks = self._all_webhooks(pages)
        self.crowd = Crowd(places(raise_limit()))
        self._open = AsyncExitStack()

    def _told(self, environment: Mapping[str, str]) -> Mapping[str, str]:
        """The environment for a command of our own, that it may find what this service was given."""
        settings = self._settings
        ours = {
            "REMPART_DATABASE_URL": settings.database_url,
            "REMPART_RESPONSES": str(settings.responses),
            "REMPART_SECRET": settings.secret_value(),
            "REMPART_PUBLIC_URL": settings.public_url or "",
        }
        files = {f"{name}_FILE": "" for name in ours}  # what a file told is told already
        told = {}
        for name in environment:
            with suppress(Misconfigured):  # what cannot be read is not ours: what is was read already
                told[name] = environment[name]
        return {**told, **ours, **files}

    async def start(self, begun: Callable[[], None] = lambda: None) -> None:
        """Ready when it returns. Raises `RempartError` with what keeps it from starting.

        `begun` is called once file and port are ours, before anything is changed.
        """
        try:
            await self._start(begun)
        except BaseException:
            await self._open.aclose()
            raise
        log.info("ready", port=self._settings.port, channels=self.channel_states())

    async def stop(self) -> None:
        """Finishes what is under way, within 10 seconds, and loses nothing."""
        log.info("stopping")
        await self._open.aclose()
        log.info("stopped")

    async def _start(self, begun: Callable[[], None]) -> None:
        """Opens one thing after the other; `_open` closes them in the opposite order."""
        await self._open.enter_async_context(held(self.store))
        listener = self._open.enter_context(listen(self._settings.host, self._settings.port))
        begun()
        for path in exposed(filter(None, (Path(".env"), database_file(self.store.url)))):
            log.warning("other users can read a file that holds secrets: chmod 600", file=str(path))
        examined = await prepare(self.store, self._keys, self._clock)
        if self._responses().controller is None:
            log.warning("the rules name nobody who answers for what is kept: see rempart check")
        for channel in self._on.values():
            await channel.open()
            self._open.push_async_callback(_close, channel)
        alarms = Alarms(self._clock, self._responses, self.pipeline.troubles, lambda: self.rules.refused)
        duties = Duties(
            self.board.cards,
            alarms,
            self.board.summons,
            self.board.parting,
            self._webhooks.answered,
            self.heartbeat,
        )
        self._open.push_async_callback(self.finder.close)
        self.pipeline.start(self._on, duties)
        self._open.push_async_callback(self.pipeline.stop)
        await self._open.enter_async_context(self.rules)
        database = database_file(self.store.url)
        if database:
            control = listen_privately(socket_path(database))
            await self._open.enter_async_context(
                Server(control_app(self.counter.questions()), control, goodbye=1)
            )
        await self._open.enter_async_context(Server(self._webhooks, listener, 3, self.crowd))
        if not examined:
            looking = asyncio.create_task(examine_meanwhile(self.store))
            self._open.callback(looking.cancel)

    def channel_states(self) -> dict[str, str]:
        """What each installed channel is: on, off or failing."""
        states = {name: "on" if channel else "off" for name, channel in self._channels.items()}
        return states | dict.fromkeys(self.pipeline.failing(), "failing")

    def _watched(self) -> dict[str, str]:
        """What would notice if we died: a watcher outside, and the rooms."""
        words = self.pipeline.last_words
        left = ("on" if all(one.stands for one in words) else "failing") if words else "off"
        return {"heartbeat": self.heartbeat.told, "last_words": left}

    async def _vitals(self) -> Vitals:
        now, rules = self._clock(), self._responses()

        async def look(connection: AsyncConnection) -> tuple[Overview, tuple[RaidCount, ...]]:
            newest, _ = await raids.newest(connection, rules, now, most=1)
            return await overview(connection, now), newest

        seen, newest = await self.store.read(look)
        outcomes = {one.channel.name: one.outcomes for one in self.pipeline.dispatches}
        return Vitals(
            now,
            seen,
            self.channel_states(),
            self._webhooks.answers,
            outcomes,
            self.pipeline.lead.held,
            next(iter(newest), None),
        )

    async def _ready(self) -> Condition:
        """Proves that something can be stored, and tells what does not go as it should."""
        await self.store.ping()
        seen = await self.store.read(lag)
        troubles, stands_by = self.pipeline.troubles(), not self.pipeline.lead.held
        return Condition(seen.events, seen.seconds(self._clock()), troubles, stands_by)

    def _all_webhooks(self, pages: App | None) -> Webhooks:
        webhooks = {path: hook for channel in self._on.values() for path, hook in channel.webhooks().items()}
        return Webhooks(
            webhooks,
            self._clock,
            health_app(self._vitals, self._ready, pages),
            self.pipeline.intake.appending,
        )

    def _responses(self) -> Responses:
        return self.pipeline.folding.responses

    def _adopt(self, responses: Responses) -> None:
        self.pipeline.folding.responses = responses


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


def stop_signal() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
