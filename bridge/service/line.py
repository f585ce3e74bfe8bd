"""A line: one public number, or bot, with everything behind it: a whole house, wired here."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured
from bridge.explaining.explain import Explaining
from bridge.loops.last_words import AHEAD, EVERY
from bridge.model import Micros
from bridge.ports import Channel, Clock, Naming, Webhook, Wiring
from bridge.responses import Responses
from bridge.service.alarms import Alarms
from bridge.service.backups import newest_backup
from bridge.service.board import Board
from bridge.service.counter import Counter
from bridge.service.dossiers import Dossiers
from bridge.service.exclusive import held
from bridge.service.finding import Finder
from bridge.service.health import Condition, Vitals
from bridge.service.heartbeat import Heartbeat
from bridge.service.host import TeamHost
from bridge.service.last_good import Kept, keep, owner, place_of
from bridge.service.lines import NOT_CONNECTED, NOT_OPENED, Site
from bridge.service.lookout import Lookout
from bridge.service.names import Names
from bridge.service.nightly import Nightly
from bridge.service.pipeline import Duties, Pipeline
from bridge.service.plugins import channel_names, directory
from bridge.service.prepare import examine_meanwhile, prepare
from bridge.service.rules import RulesWatch
from bridge.service.standing import Standing
from bridge.service.steady import SteadyClock
from bridge.service.witnesses import witnesses
from bridge.settings import Settings
from bridge.statuspage.link import link
from bridge.store.books import signs
from bridge.store.books.signs import Answered
from bridge.store.engine.belonging import identity
from bridge.store.engine.connecting import database_file
from bridge.store.engine.store import Store
from bridge.store.looks import raids
from bridge.store.looks.overview import Overview, RaidCount, lag, overview
from bridge.views import Absence

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
        settings: Settings,
        clock: Clock,
        down: Callable[[], Mapping[str, str]] = dict,
    ) -> None:
        """Opens nothing, dials nobody. `down`: the lines that do not run, and why. Raises `Misconfigured`."""
        self.name, self._down = site.name, down
        self._settings = settings.model_copy(update={"database_url": site.database_url})
        self._clock, self._keys, self._watch = clock, settings.keys(), watch
        people = directory(site.environment)
        self.store = Store(site.database_url, serving=True)
        watching = witnesses(self._settings)
        self.pipeline = Pipeline(self.store, self._keys, clock, rules, people, witnesses=watching)
        told = self._told(site.environment)
        self.pipeline.beside["dossiers"] = Dossiers(self.store, clock, told)
        self.nightly = Nightly(self.store, clock, self.responses, told, self.pipeline.present)
        self.pipeline.beside["backups"] = self.nightly
        names = Names(lambda: (one for one in self.on.values() if isinstance(one, Naming)))
        self.board = self._board(names)
        self.lookout = Lookout(self.store, clock, self.responses, self.channel_states, self.pipeline.troubles)
        # Whoever watches from outside watches the process: one line tells.
        self.heartbeat = Heartbeat(settings.heartbeat_url if site.first else None, clock)
        explaining = Explaining(
            self.store,
            self.pipeline.journal.sender,
            channel_names(),
            clock,
            lambda: self.responses().reply_once_per,
            names=names.of,
        )
        self.finder = Finder(self.store, lambda: self.pipeline.journal, lull=self.pipeline.intake.lull)
        self.host = TeamHost(
            finder=self.finder,
            store=self.store,
            journal=self.pipeline.journal,
            append=self.pipeline.intake.append,
            board=self.board,
            explaining=explaining,
            responses=self.responses,
            directory=people,
            link=self._link,
        )
        self.counter = Counter(
            finder=self.finder,
            store=self.store,
            clock=clock,
            explaining=explaining,
            responses=self.responses,
            standing=self._standing(),
            do=self.host.do,
            journal=lambda: self.pipeline.journal,
            forget_one=self.pipeline.retention.one,
            signer=lambda: self.pipeline.pinning.signer,
            directory=people,
            names=names,
        )
        self._connected = site.connected(self._wiring())
        self.on = {name: one for name, one in self._connected.channels.items() if one is not None}
        self.pipeline.broken = self._connected.broken
        self._held, self._open = AsyncExitStack(), AsyncExitStack()
        self._absence: Absence | None = None
        self._examined = True
        """Whether the whole file was looked through at the start."""
        self._owner = ""
        """Whose the rules are that are kept beside the database: known once that is open."""

    def _board(self, names: Names) -> Board:
        return Board(
            self.store,
            self._clock,
            self.responses,
            self.channel_states,
            self.pipeline.troubles,
            refused=lambda: self._watch.refused,
            mended_at=lambda: self._watch.mended_at,
            uncopied=lambda: self.nightly.trouble,
            absence=lambda: self._absence,
            down=self._down,
            names=names,
            journal=lambda: self.pipeline.journal,
            linked=self._settings.public_url is not None,
        )

    def _standing(self) -> Standing:
        return Standing(
            store=self.store,
            clock=self._clock,
            responses=self.responses,
            channel_states=self.channel_states,
            troubles=self.pipeline.troubles,
            runs=_yes,
            folds=_yes,
            refused=lambda: self._watch.refused,
            watched=self._watched,
            uncopied=lambda: self.nightly.trouble,
            jumped=lambda: self._clock.jumped if isinstance(self._clock, SteadyClock) else None,
            down=lambda: self._down().get(self.name),
            freshen=self.pipeline.sign,
            public_url=self._settings.public_url,
        )

    def _wiring(self) -> Wiring:
        append, url = self.pipeline.intake.append, self._settings.public_url
        return Wiring(append, self._clock, url, self.host, self.name, lambda: self.responses().calls.ring_out)

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

    async def hold(self) -> None:
        """Its database is ours from now on. Raises `RempartError`."""
        await self._held.enter_async_context(held(self.store))

    async def release(self) -> None:
        """Lets another process have it."""
        await self._held.aclose()

    async def prepare(self) -> None:
        """Its database is whole, and of this release. Raises `RempartError` with what keeps it from that."""
        self._examined = await prepare(self.store, self._keys, self._clock, self.name)
        self._owner = owner(self._settings.database_url, await self.store.read(identity))

    async def begin(self, answered: Callable[[], Answered]) -> None:
        """Everything runs, once it is prepared. `answered`: what webhooks were answered since this was asked
        last."""
        self._absence = await self.store.read(self._away)
        for name in list(self.on):
            await self._open_one(name)
        for way in self.responses().ways:
            if way not in self.on:
                log.warning("a way that the rules list is off", way=way)
        alarms = Alarms(
            self._clock, self.responses, self.pipeline.troubles, lambda: self._watch.refused, self._down
        )
        board = self.board
        duties = Duties(board.cards, alarms, board.summons, board.parting, answered, self.heartbeat)
        self._open.push_async_callback(self.finder.close)
        self.pipeline.start(self.on, duties)
        self._open.push_async_callback(self.pipeline.stop)
        if not self._examined:
            looking = asyncio.create_task(examine_meanwhile(self.store))
            self._open.callback(looking.cancel)

    async def _away(self, connection: AsyncConnection) -> Absence | None:
        """From when until now nobody lived here, where rooms may have said so."""
        last, now = await signs.last_sign(connection), self._clock()
        if last is None or now - last.at < AHEAD - EVERY:
            return None
        return Absence(last.at, now)

    async def _open_one(self, name: str) -> None:
        """One that cannot be opened is left out, and told of; what still comes for it is turned away."""
        channel = self.on[name]
        self._open.push_async_callback(_close, channel)
        try:
            await channel.open()
        except Exception:
            log.exception("a channel cannot be opened; the others go on", channel=name)
            self._leave_out(name, NOT_OPENED)

    def _leave_out(self, name: str, code: str) -> None:
        """An adapter that fails by itself is told of, and nothing is asked of it any more."""
        self.pipeline.broken[name] = code
        del self.on[name]

    async def end(self) -> None:
        """Finishes what is under way, and loses nothing."""
        await self._open.aclose()

    async def give_up(self, why: str) -> None:
        """It does not run: whoever calls it is told to come back, and its database is left alone."""
        self.pipeline.intake.shut = why
        await self.end()
        await self.release()

    def webhooks(self) -> list[tuple[str, Webhook]]:
        """What its channels receive, by path."""
        found: list[tuple[str, Webhook]] = []
        for name, channel in list(self.on.items()):
            try:
                found.extend(channel.webhooks().items())
            except Exception:
                log.exception("a channel cannot receive; the others go on", channel=name)
                self._leave_out(name, NOT_CONNECTED)
        return found

    def channel_states(self) -> dict[str, str]:
        """What each installed channel is: on, off or failing."""
        return self._connected.states() | dict.fromkeys(self.pipeline.failing(), "failing")

    def leads(self) -> bool:
        """Whether this process decides."""
        return self.pipeline.lead.held

    def responses(self) -> Responses:
        """The rules in force."""
        return self.pipeline.folding.responses

    def adopt(self, responses: Responses) -> None:
        """These are in force from now on."""
        self.pipeline.folding.responses = responses

    def keep(self, kept: Kept) -> None:
        """Keeps rules beside its database; that they could not be kept is told, and ends nothing."""
        if not kept.own and database_file(self.store.url) is None:
            return  # they come with every release, and there is no file of the team's to keep them beside
        path = place_of(self._settings.database_url, self._settings.responses)
        try:
            keep(path, kept, self._owner)
        except OSError as error:
            why = error.strerror or type(error).__name__
            log.warning("the rules cannot be kept for a start without them", file=str(path), why=why)

    def _link(self) -> str | None:
        """A link to this line's status page; none where nobody could open it from elsewhere."""
        base = self._settings.public_url
        return link(base, self._keys.links, self._clock(), self.name) if base else None

    def _watched(self) -> dict[str, str]:
        """What would notice if we died: a watcher outside, and the rooms."""
        words = self.pipeline.last_words
        left = ("on" if all(one.stands for one in words) else "failing") if words else "off"
        return {"heartbeat": self.heartbeat.told, "last_words": left}

    async def vitals(self, answers: dict[int, int]) -> Vitals:
        """What the health pages tell; `answers`: how often each status was answered."""
        now, rules = self._clock(), self.responses()

        async def look(connection: AsyncConnection) -> tuple[Overview, tuple[RaidCount, ...], Micros | None]:
            newest, _ = await raids.newest(connection, rules, now, most=1)
            return await overview(connection, now), newest, await newest_backup(connection, self.store.url)

        seen, newest, copied_at = await self.store.read(look)
        outcomes = {one.channel.name: one.outcomes for one in self.pipeline.dispatches}
        return Vitals(
            now,
            seen,
            self.channel_states(),
            answers,
            outcomes,
            self.pipeline.lead.held,
            next(iter(newest), None),
            copied_at=copied_at,
            uncopied=self.nightly.trouble is not None,
        )

    async def condition(self) -> Condition:
        """Proves that something can be stored, and tells what does not go as it should."""
        await self.store.ping()
        seen = await self.store.read(lag)
        troubles, stands_by = self.pipeline.troubles(), not self.pipeline.lead.held
        waited = seen.seconds(self._clock())
        return Condition(seen.events, waited, troubles, stands_by, refused=self._watch.refused)


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
