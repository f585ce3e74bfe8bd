"""The one way through the house: intake, journal, fold, outbox, dispatch.

Every process on a database takes what comes in, and sends what is due. What only one may do, the process does
that leads: it folds, polls, asks about doubts, edits cards.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import suppress

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.card import Card, Note
from bridge.evidence.signing import Signer
from bridge.loops.dispatch import Dispatch, recover
from bridge.loops.feed import Feed
from bridge.loops.folding import STANDING_BY, Folding
from bridge.loops.intake import Intake
from bridge.loops.introduction import Introduction, Standby, Watch
from bridge.loops.last_words import End, LastWords
from bridge.loops.leading import Leading
from bridge.loops.pinning import Pinning, Witness
from bridge.loops.polling import Poller
from bridge.loops.pulse import Pulse
from bridge.loops.quoting import Quoting
from bridge.loops.reconcile import OnceMore, Reconcile
from bridge.loops.rerouting import Rerouting
from bridge.loops.retention import Retention
from bridge.loops.rhythm import Calling, Loop
from bridge.loops.summons import Summons
from bridge.loops.vouching import Vouching
from bridge.loops.waking import Waking
from bridge.model import Micros, Page
from bridge.moderation.directory import Directory
from bridge.noun import Noun
from bridge.ports import (
    Changing,
    Channel,
    Clock,
    Finding,
    Introducing,
    Polling,
    Pricing,
    Room,
    Sending,
    StandingBy,
    TellingTime,
    Testament,
)
from bridge.privacy.secret import Keys
from bridge.responses import Responses
from bridge.service.crew import HALVES, Crew, Half, Health, until_ended
from bridge.service.steady import elapsed
from bridge.store.books.journal import Arrival, Journal
from bridge.store.books.keyring import Keyring
from bridge.store.books.signs import Answered
from bridge.store.books.targets import Targets
from bridge.store.engine.connecting import database_file
from bridge.store.engine.forgotten import list_of
from bridge.store.engine.lead import lead_of
from bridge.store.engine.store import Store
from bridge.views import Trouble
from bridge.waking import Alarm

LONGEST_GOODBYE = 3.5
"""Seconds that turns and calls under way are given at a clean stop; what remains is left in doubt."""

RECOVER_EVERY = 30.0
"""Seconds between looks for calls that nobody is making any more."""

SETTLING_IN = 5.0
"""Seconds after a start before anybody is forgotten: whoever waits to be heard comes first."""

_HANDING_OVER = 1.0  # seconds that turns under way are given when the lead is lost

_GOODBYE = 2.5  # seconds in which rooms are told that somebody stops us

log = structlog.get_logger("rempart.service")


async def _nobody(_connection: AsyncConnection) -> Sequence[Alarm]:
    return ()


async def _unheard() -> None:
    return None


class Duties(Noun):
    """What loops need of the service around them."""

    cards: Callable[[], Awaitable[Sequence[Card]]]
    """What rooms show."""
    alarms: Callable[[AsyncConnection], Awaitable[Sequence[Alarm]]] = _nobody
    """What somebody is woken for."""
    summons: Callable[[Page], str] | None = None
    """What people are told outside the rooms, if anybody is to be."""
    parting: Callable[[End, Micros], Note] | None = None
    """What rooms say by themselves once we have ended, if they are to."""
    answered: Callable[[], Answered] = dict
    """What webhooks were answered since this was asked last."""
    heartbeat: Callable[[], Awaitable[None]] = _unheard
    """Tells whoever watches from outside that all is well."""


class Pipeline:
    """The loops in their order, each waking the next."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        clock: Clock,
        responses: Responses,
        directory: Directory | None = None,
        *,
        witnesses: Sequence[Witness] = (),
    ) -> None:
        """Wires the loops; none runs yet. `witnesses` see the log's head."""
        self._store = store
        self._clock = clock
        self.pinning = Pinning(store, Signer(keys.evidence), clock, witnesses)
        self.beside: dict[str, Calling] = {}
        """What else the process that leads does, by name."""
        self.broken: dict[str, str] = {}
        """Channels whose adapters fail by themselves, each with a short code."""
        self.keyring = Keyring(keys.sealing)
        self.journal = Journal(keys.senders, self.keyring, directory)
        self.intake = Intake(self.commit, clock)
        self.folding = Folding(
            store, self.journal, Targets(self.journal), keys.choices, responses, self.intake.lull
        )
        database = database_file(store.url)
        beside = list_of(database) if database else None
        self.present = Vouching(store, clock, elapsed, self._telling_time).present
        self.retention = Retention(
            store, self.journal, clock, self._rules, self.intake.lull, self.present, beside
        )
        self.dispatches: list[Dispatch] = []
        self.lead = lead_of(store)
        self._channels: list[Channel] = []
        self._duties: Duties
        self._pulse: Pulse | None = None
        self.last_words: list[LastWords] = []
        """Of the rooms that can say something by themselves, where this process leads."""
        self._crews: list[Crew] = []
        """Who works now: first those of every process, then those of the one that leads, or that stand by."""
        self._since: dict[tuple[str, Half], Micros] = {}
        self._deciding: list[Loop] = []
        """Woken when something came in, where this process folds."""
        self._sending: list[Loop] = []

    def start(self, channels: Mapping[str, Channel], duties: Duties) -> None:
        """Starts every loop, and for each channel those of what it can do."""
        self._channels, self._duties = list(channels.values()), duties
        self._pulse = Pulse(self._store, self._clock, duties.answered, self.troubles, duties.heartbeat)
        self.dispatches = [
            Dispatch(self._store, self.keyring, one, self._clock, self._rules, self.journal)
            for one in self._channels
            if isinstance(one, Sending)
        ]
        self._sending = [Loop(f"dispatch {one.channel.name}", one.turn) for one in self.dispatches]
        self._begin(self._everywhere())

    async def stop(self) -> None:
        """Lets turns and calls under way end, and begins no other; waiting questions are dropped."""
        end = asyncio.get_running_loop().time() + LONGEST_GOODBYE
        for crew in self._crews:
            crew.stop()
        for crew in self._crews:
            await crew.end(end - asyncio.get_running_loop().time())
        calls = [call for dispatch in self.dispatches for call in dispatch.calls]
        await until_ended(calls, end - asyncio.get_running_loop().time())
        await self._part()
        await self.lead.give_up()

    async def _part(self) -> None:
        """Says goodbye, to the rooms too: somebody stops us, and we have not died."""
        goodbyes = [one.part() for one in self.last_words]
        if self._pulse is not None:
            goodbyes.append(self._pulse.sign(stopped=True))
        with suppress(TimeoutError):
            async with asyncio.timeout(_GOODBYE):
                for told in await asyncio.gather(*goodbyes, return_exceptions=True):
                    if isinstance(told, Exception):
                        log.warning("somebody was not told that Rempart stops", why=str(told))

    async def sign(self) -> None:
        """Writes down what is only in mind yet, so that whoever looks sees it, and proves that there is room.

        Raises `StoreUnavailable`.
        """
        if self._pulse is not None:
            await self._pulse.sign()
            await self._store.ping()

    def failing(self) -> set[str]:
        """The channels of which a half does not work."""
        return {one.channel for one in self.troubles()}

    def troubles(self) -> list[Trouble]:
        """The halves of channels that do not work: the newest call to their provider came to nothing."""
        codes: dict[tuple[str, Half], str] = {
            (name, half): code for name, code in self.broken.items() for half in HALVES
        }
        codes |= {(name, half): one.fault for name, half, one in self._halves() if one.fault is not None}
        now = self._clock()
        self._since = {half: self._since.get(half, now) for half in codes}
        return [Trouble(*half, code, self._since[half]) for half, code in codes.items()]

    def _halves(self) -> Iterator[Health]:
        for crew in self._crews:
            yield from crew.halves

    def _begin(self, crew: Crew) -> None:
        self._crews.append(crew)
        crew.begin()

    def _take_the_lead(self) -> None:
        """Whoever stood by here ends: what they may be waiting for is not worth waiting for."""
        for crew in self._crews[1:]:
            crew.stop()
        del self._crews[1:]
        self.folding.begin_anew()
        self.last_words = list(self._leaving())
        self._begin(self._once())

    async def _stand_by(self) -> None:
        """Another process leads, or none that is known: what only one may do ends here."""
        self._deciding.clear()
        self.last_words = []
        for crew in self._crews[1:]:
            await crew.end(_HANDING_OVER)
        del self._crews[1:]
        self._begin(self._standing_by())

    def _everywhere(self) -> Crew:
        """What every process does: it takes what comes in, and sends what is due."""
        intake = Loop("intake", self.intake.turn, followers=self._deciding)
        self.intake.wake = intake.wake
        leading = Leading(self.lead, self._take_the_lead, self._stand_by)
        pulse = [Loop("pulse", self._pulse.turn)] if self._pulse else []
        return Crew(
            working=[intake, *self._sending],
            asking=[Loop("leading", leading.turn), *pulse],
            halves=[(one.channel.name, "out", one) for one in self.dispatches],
        )

    def _once(self) -> Crew:
        """What one process does."""
        folding = Loop("folding", self.folding.turn, followers=self._sending)
        self._deciding[:] = [folding]
        recovery = Loop("recovery", self._recover, first_rest=RECOVER_EVERY)
        retention = Loop("retention", self.retention.turn, followers=[folding], first_rest=SETTLING_IN)
        waking = Loop("waking", Waking(self._store, self._clock, self._duties.alarms).turn)
        ways = Rerouting(self._store, self._clock, self._rules, self.dispatches, self.journal)
        showing = [(one.name, self._feed(one)) for one in self._channels if isinstance(one, Room)]
        introducing = list(self._introducing())
        hearing = [*self._polling(), *((one.name, loop) for one, loop in introducing)]
        shown = [loop for _, loop in showing]
        return Crew(
            working=[folding, recovery, retention, waking, *self._summoning(), *shown],
            asking=[
                *(loop for _, loop in hearing),
                *self._watching(introducing),
                *self._settling(),
                *self._quoting(),
                Loop("ways", ways.turn, followers=self._sending),
                _calling("pinning", "the log", self.pinning),
                *(_calling(name, "the room", one) for name, one in self.beside.items()),
                *(_calling("last words", one.room.name, one) for one in self.last_words),
            ],
            halves=[
                *((name, "out", loop) for name, loop in showing),
                *((name, "in", loop) for name, loop in hearing),
            ],
        )

    def _standing_by(self) -> Crew:
        """What the others do beside it."""
        loops = [
            (one.name, _calling("standby", one.name, Standby(one)))
            for one in self._channels
            if isinstance(one, StandingBy)
        ]
        forgetting = Loop("forgetting", self.folding.stand_by, first_rest=STANDING_BY)
        return Crew(
            asking=[forgetting, *(loop for _, loop in loops)],
            halves=[(name, "in", loop) for name, loop in loops],
        )

    def _feed(self, room: Room) -> Loop:
        return _calling("feed", room.name, Feed(self._store, room, self._clock, self._duties.cards))

    def _summoning(self) -> Iterator[Loop]:
        if self._duties.summons is not None:
            rooms = [one.name for one in self._channels if isinstance(one, Room)]
            told = self._duties.summons
            summons = Summons(self._store, self._clock, self.intake.append, self._list, told, rooms)
            yield Loop("summons", summons.turn)

    def _list(self) -> Sequence[str]:
        return self._rules().organisers.wake

    def _leaving(self) -> Iterator[LastWords]:
        parting = self._duties.parting
        for one in self._channels:
            if isinstance(one, Testament) and parting is not None:
                yield LastWords(self._store, one, self._clock, parting)

    def _polling(self) -> Iterator[tuple[str, Loop]]:
        for one in self._channels:
            if isinstance(one, Polling):
                yield one.name, _calling("polling", one.name, Poller(self._store, one, self.intake.append))

    def _introducing(self) -> Iterator[tuple[Introducing, Loop]]:
        for one in self._channels:
            if isinstance(one, Introducing):
                yield one, _calling("introduction", one.name, Introduction(one))

    def _watching(self, introducing: Sequence[tuple[Introducing, Loop]]) -> Iterator[Loop]:
        for one, loop in introducing:
            if isinstance(one, Changing):
                yield Loop(f"watch {one.name}", Watch(one, loop.wake).turn)

    def _settling(self) -> Iterator[Loop]:
        for one in self._channels:
            if isinstance(one, Finding):
                reconcile = Reconcile(self._store, self.keyring, one, self._clock, self.journal)
                yield _calling("reconcile", one.name, reconcile)
            elif isinstance(one, Sending):
                yield _calling("once more", one.name, OnceMore(self._store, one, self._clock))

    def _quoting(self) -> Iterator[Loop]:
        for one in self._channels:
            if isinstance(one, Pricing):
                quoting = Quoting(self._store, one, self._clock, self._rules)
                yield _calling("quoting", one.name, quoting)

    def _telling_time(self) -> Sequence[TellingTime]:
        return [one for one in self._channels if isinstance(one, TellingTime)]

    def _rules(self) -> Responses:
        return self.folding.responses

    async def _recover(self) -> float:
        """Puts calls in doubt that another process began, and died."""
        await recover(self._store, self._clock, alone=False)
        return RECOVER_EVERY

    async def commit(self, arrivals: Sequence[Arrival]) -> None:
        """Stores arrivals for good. Raises `StoreUnavailable`."""
        found = await self._store.carry(lambda connection: self.journal.append(connection, arrivals))
        self.keyring.remember(found)


def _calling(kind: str, channel: str, caller: Calling) -> Loop:
    return Loop(f"{kind} {channel}", caller.turn, patience=caller.patience)
