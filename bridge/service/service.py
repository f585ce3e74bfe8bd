"""The service: settings, lines, the rules file and the servers, wired in one place."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import structlog

from bridge.errors import Misconfigured, RempartError
from bridge.loops.across import Across, Neighbour
from bridge.loops.rhythm import Loop
from bridge.noun import replace
from bridge.ports import Clock, Webhook
from bridge.responses import Line as Rules
from bridge.service.board import Board
from bridge.service.control import control_app
from bridge.service.counter import Counter
from bridge.service.counters import questions
from bridge.service.crew import Crew
from bridge.service.descriptors import places, raise_limit
from bridge.service.door import People
from bridge.service.exclusive import exposed
from bridge.service.finding import Finder
from bridge.service.health import Condition, Vitals, health_app
from bridge.service.heartbeat import Heartbeat
from bridge.service.host import TeamHost
from bridge.service.in_force import in_force, of_file
from bridge.service.line import Line
from bridge.service.lines import join, shared, sites
from bridge.service.pipeline import Pipeline
from bridge.service.place import socket_path
from bridge.service.plugins import broken_channels, directory
from bridge.service.rules import RulesWatch
from bridge.service.status_page import StatusPage
from bridge.settings import Settings
from bridge.store.engine.connecting import database_file
from bridge.store.engine.store import Store
from bridge.web.crowd import Crowd
from bridge.web.server import Server, listen, listen_privately
from bridge.web.webhooks import App, Webhooks

_LAST_TELLING = 0.5  # seconds

log = structlog.get_logger("rempart.service")


class Service:
    """Everything that `rempart run` runs, in one event loop."""

    def __init__(
        self,
        settings: Settings,
        environment: Mapping[str, str],
        clock: Clock,
        pages: App | None = None,
        *,
        strict: bool = False,
    ) -> None:
        """Reads rules and credentials; dials nobody, opens nothing. Raises `Misconfigured`.

        `pages` answers what neither a provider nor a monitor asks for. A rules file that will not do is made
        up for by the last good rules, unless it is `strict`.
        """
        self._settings, self._strict = settings, strict
        self.down: dict[str, str] = {}
        """The lines that do not run while the others do, each with why."""
        keys = settings.keys()
        self._clock = clock
        people = People(directory(environment))
        self._read = partial(of_file, people=people)
        self.rules = RulesWatch(settings.responses, self._adopt, self._edited)
        self._in_force = self._read(settings.responses) if strict else in_force(settings, people)
        self.rules.refused = self._in_force.refused
        self._rules = self._in_force.lines
        self.lines = [
            Line(site, rules.responses, self.rules, settings=settings, clock=clock, down=lambda: self.down)
            for site, rules in zip(
                sites(self._rules, environment, settings.database_url), self._rules, strict=True
            )
        ]
        join({line.name: line.on for line in self.lines})
        self._seed, self._doctor = keys.choices, keys.links
        self._across: Crew | None = None
        lookouts = {line.name: line.lookout for line in self.lines}
        self.status_page = StatusPage(lookouts, keys.links, clock)
        self._pages, self._webhooks = pages, self._all_webhooks(pages)
        self.crowd = Crowd(places(raise_limit()))
        self._open = AsyncExitStack()

    async def start(self, begun: Callable[[], None] = lambda: None) -> None:
        """Ready when it returns. Raises `RempartError` with what keeps it from starting.

        `begun` is called once file and port are ours, before anything is changed.
        """
        try:
            await self._start(begun)
        except BaseException:
            await self._open.aclose()
            raise
        for line in self.sound:
            named = {"line": line.name} if line.name else {}
            log.info("ready", port=self._settings.port, channels=line.channel_states(), **named)

    async def stop(self) -> None:
        """Finishes what is under way, within 10 seconds, and loses nothing."""
        log.info("stopping")
        await self._open.aclose()
        log.info("stopped")

    async def _start(self, begun: Callable[[], None]) -> None:
        """Opens one thing after the other; `_open` closes them in the opposite order."""
        for line in self.lines:
            self._open.push_async_callback(line.release)
            await self._unless_broken(line, line.hold)
        listener = self._open.enter_context(listen(self._settings.host, self._settings.port))
        begun()
        databases = [database_file(line.store.url) for line in self.lines]
        self._say_what_is_broken()
        for path in exposed(filter(None, (Path(".env"), *databases))):
            log.warning("other users can read a file that holds secrets: chmod 600", file=str(path))
        self._open.push_async_callback(self._end)
        for line in self.sound:
            await self._unless_broken(line, line.prepare, refused=Misconfigured)
        if self.down:
            self._do_without()
        for line in self.sound:
            answered = self._webhooks.answered if line is self.sound[0] else dict
            await self._unless_broken(line, partial(line.begin, answered))
        self._across = self._telling(self._seed)
        self._across.begin()
        self._keep()
        await self._open.enter_async_context(self.rules)
        for line, database in zip(self.lines, databases, strict=True):
            if database and (line is self.first or line.name not in self.down):
                told = control_app(questions(self._counters(line)))
                control = listen_privately(socket_path(database))
                await self._open.enter_async_context(Server(told, control, goodbye=1))
        await self._open.enter_async_context(Server(self._webhooks, listener, 3, self.crowd))

    async def _unless_broken(
        self, line: Line, step: Callable[[], Awaitable[None]], refused: type[Exception] | None = None
    ) -> None:
        """A line whose database will not do is left out, and told of, as long as another one runs.

        Raises `RempartError` where none is left, where nothing may be wrong at all, and for what is `refused`
        whoever else could run: another secret, or another line's database.
        """
        try:
            await step()
        except Exception as error:
            if self._strict or len(self.sound) == 1 or (refused and isinstance(error, refused)):
                raise
            ours = isinstance(error, RempartError)
            why = str(error) if ours else type(error).__name__
            said = log.error if ours else log.exception
            said("a line does not run; the others go on", line=line.name, why=why)
            self.down[line.name] = why
            await line.give_up(why)

    def _do_without(self) -> None:
        """One that runs receives for all, where several share an account: what comes for one that does not
        is turned away, and waits at its provider."""
        order = sorted(self.lines, key=lambda line: line.name in self.down)
        join({line.name: line.on for line in order})
        self._webhooks = self._all_webhooks(self._pages)

    @property
    def sound(self) -> list[Line]:
        """The lines that run."""
        return [line for line in self.lines if line.name not in self.down]

    def _say_what_is_broken(self) -> None:
        """What the service starts without, each with its mend."""
        if self.rules.refused is not None:
            log.warning("the rules file is refused: the last good rules are in force", why=self.rules.refused)
        for why in broken_channels().values():
            log.warning("a channel is left out", why=why)

    def _counters(self, line: Line) -> dict[str, Counter]:
        """Who answers at the socket of a line's database: at the first one's, every line."""
        return {one.name: one.counter for one in (self.lines if line is self.first else [line])}

    async def _end(self) -> None:
        """All at once: how long a stop takes is no matter of how many there are."""
        if self._across is not None:
            await self._across.end(_LAST_TELLING)
        await asyncio.gather(*(line.end() for line in self.lines))

    @property
    def first(self) -> Line:
        """The line that is meant where nobody says: often the only one."""
        return self.lines[0]

    @property
    def store(self) -> Store:
        """The first line's."""
        return self.first.store

    @property
    def pipeline(self) -> Pipeline:
        """The first line's."""
        return self.first.pipeline

    @property
    def board(self) -> Board:
        """The first line's."""
        return self.first.board

    @property
    def host(self) -> TeamHost:
        """The first line's."""
        return self.first.host

    @property
    def finder(self) -> Finder:
        """The first line's."""
        return self.first.finder

    @property
    def heartbeat(self) -> Heartbeat:
        """The first line's: whoever watches from outside watches the process."""
        return self.first.heartbeat

    @property
    def counter(self) -> Counter:
        """The first line's."""
        return self.first.counter

    def channel_states(self) -> dict[str, str]:
        """What each of the first line's channels is."""
        return self.first.channel_states()

    async def _vitals(self) -> Vitals:
        several = {line.name: await line.vitals(self._webhooks.answers) for line in self.sound}
        first = next(iter(several.values()))
        return replace(first, lines=several) if len(self.lines) > 1 else first

    async def _ready(self) -> Condition:
        several = {line.name: await line.condition() for line in self.sound}
        return Condition.of(several, list(self.down)) if len(self.lines) > 1 else several[self.first.name]

    def _telling(self, seed: bytes) -> Crew:
        """What tells each line of the others' raids, where there are others."""
        neighbours = [
            Neighbour(one.name, one.store, one.pipeline.journal, one.pipeline.intake.append, one.leads)
            for one in self.sound
        ]
        across = Across(neighbours, seed, self._clock)
        return Crew(working=[Loop("raids across lines", across.turn)] if len(neighbours) > 1 else [])

    def _all_webhooks(self, pages: App | None) -> Webhooks:
        """One path may receive for several lines: whichever a call is authentic for takes it."""
        receiving: dict[str, list[Webhook]] = {}
        for line in self.lines:
            for path, hook in line.webhooks():
                receiving.setdefault(path, []).append(hook)
        health = health_app(self._vitals, self._ready, pages, [self.status_page.route])
        alone = len(self.lines) == 1
        webhooks = {path: hooks[0] if alone else shared(hooks) for path, hooks in receiving.items()}
        return Webhooks(webhooks, self._clock, health, self.pipeline.intake.appending, self._doctor)

    def _edited(self, path: Path) -> Sequence[Rules]:
        """The rules as they were edited. Raises `Misconfigured`."""
        edited = self._read(path)
        if [_place(one) for one in edited.lines] != [_place(one) for one in self._rules]:
            raise Misconfigured(
                f"In {path} there are other lines now, or one is somewhere else: that takes a restart."
            )
        self._in_force = edited
        return edited.lines

    def _adopt(self, rules: Sequence[Rules]) -> None:
        for line, one in zip(self.lines, rules, strict=True):
            line.adopt(one.responses)
        self._keep()

    def _keep(self) -> None:
        """What was accepted is kept beside each database, for a start at which the file is broken."""
        if self._in_force.refused is not None:
            return  # these are the kept ones
        for line in self.sound:
            line.keep(self._in_force.kept(self._settings.responses))


def _place(rules: Rules) -> tuple[str, Mapping[str, str]]:
    return rules.name, rules.channels


def stop_signal() -> asyncio.Event:
    """An event that SIGTERM and SIGINT set."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
