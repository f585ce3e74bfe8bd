"""Folding: takes events in order, gives each its place in the chain, and stores what the heart decides.

Effects and place go into one transaction, so a crash repeats nothing and skips nothing.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.days import lately
from bridge.errors import StoreUnavailable
from bridge.evidence.canonical import Entry
from bridge.evidence.chain import Link, extend
from bridge.heart.acts import concerns, forget, is_wide, put_aside, steps_of
from bridge.heart.acts.verb import About
from bridge.heart.books import Books, NotAtHand
from bridge.heart.effects import Decide, Effect, Pose
from bridge.heart.fold import decide, enter
from bridge.heart.timing import onward
from bridge.loops.intake import LONGEST_COURTESY
from bridge.model import (
    HEARD,
    HOUR,
    HOUSE,
    MINUTE,
    SECOND,
    Act,
    Action,
    Decision,
    Deed,
    Event,
    EventId,
    Message,
    Micros,
    Verdict,
)
from bridge.noun import Noun, replace
from bridge.reasons import Why, because
from bridge.remembered import forget_all
from bridge.responses import Responses
from bridge.store.books import Shelf, erasing, ledger, lessons, letters, save, tariff
from bridge.store.books import log as grown
from bridge.store.books.journal import Arrival, Journal, opened
from bridge.store.books.memory import Memory, Rest, recall
from bridge.store.books.targets import Targets
from bridge.store.engine.dialect import try_lock
from bridge.store.engine.store import Store

SMALLEST_BATCH, LARGEST_BATCH = 20, 500
"""Events in one transaction; intake waits for at most one of them."""

LONGEST_TURN, LONGEST_IN_RUSH = 0.1, 0.03
"""Seconds that a batch should take, so that nobody who wants to write waits for longer: in a rush all do."""

RESTS, SHORTEST_COURTESY = 4, 0.1
"""In a rush the fold rests for so many times as long as its turn took, and for so many seconds at least: that
gives it a tenth of the processor. While a turn waits for the database, webhooks are read."""

LONGEST_REST = 1.0
"""Seconds between looks at the journal: another process may have appended."""

STANDING_BY = 30.0
"""Seconds between looks for somebody who was forgotten by the process that folds. Whoever leads again before
the first knows still what it knew."""


log = structlog.get_logger("rempart.folding")


@dataclass(slots=True)
class Folding:
    """The one consumer of the journal."""

    store: Store
    journal: Journal
    targets: Targets
    seed: bytes
    responses: Responses
    """The rules in force; replaced when the file changes."""
    lull: Callable[[float], Awaitable[bool]]
    """Returns when intake has a moment, after so many seconds also without: no provider is kept waiting for a
    decision."""
    memory: Memory | None = None
    """What is kept in mind between batches; nothing while a batch is under way, or after one failed."""
    forgetting: bool = False
    """Whether somebody was forgotten since it was read from the journal."""
    begun_at: Micros = 0
    """When it was last read anew because of that."""
    erased: int | None = None
    """How many were forgotten when this process looked last, as it stood by."""
    limit: int = SMALLEST_BATCH
    """Events in the next batch: more when there are more than it takes, and time enough."""
    longest: float = LONGEST_TURN
    """Seconds that it should take."""
    took: float = 0.0
    """Seconds that the newest turn took."""
    behind: bool = False
    """Whether the clock is behind what is decided already."""

    def begin_anew(self) -> None:
        """Another process may have folded meanwhile: a wide act that was under way is begun again.

        What else is kept in mind says itself up to where in the chain it is good.
        """
        if self.memory is not None and self.memory.rest is not None:
            self.memory = None

    async def stand_by(self) -> float:
        """A turn where another process folds: whoever is forgotten there is kept in mind here no longer."""
        erased = await self.store.read(erasing.erased)
        if erased != self.erased:
            self.erased, self.memory = erased, None
            forget_all()
        return STANDING_BY

    async def turn(self) -> float:
        """Folds the next events, all or none of them, once intake has a moment.

        When nothing waits, the tree of a log from before there was one grows by a slice.
        """
        courtesy = min(LONGEST_COURTESY, max(SHORTEST_COURTESY, RESTS * self.took))
        self.longest = LONGEST_TURN if await self.lull(courtesy) else LONGEST_IN_RUSH
        begun = monotonic()
        folded = await self.batch()
        self.took = monotonic() - begun
        if folded:
            return 0.0
        return 0.0 if await self.store.transact(self._catch_up) else LONGEST_REST

    async def _catch_up(self, connection: AsyncConnection) -> int:
        return await grown.catch_up(connection, self.journal) if await try_lock(connection, "folding") else 0

    async def batch(self) -> int:
        """Folds the next events; returns how many. Raises `StoreUnavailable`, and then none was.

        Where what they lead to cannot be stored, they are folded one by one: one odd event must not hold
        up everybody else's.
        """
        limit, begun = self.limit, monotonic()
        try:
            count = await self._folded(limit)
        except StoreUnavailable:
            self.limit = max(SMALLEST_BATCH, limit // 2)  # the server may have ended one that took too long
            raise
        except Exception:
            log.exception("a batch cannot be stored; its events are folded one by one")
        else:
            self.limit = next_limit(limit, count, monotonic() - begun, self.longest)
            return count
        folded = 0
        while folded < limit and await self._one():
            folded += 1
        return folded

    async def _one(self) -> int:
        """Folds the oldest event by itself; where even that cannot be stored, it is only given its place."""
        oldest, _ = await self.store.read(lambda connection: self.journal.unfolded(connection, 1))
        try:
            return await self._folded(1)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("what an event leads to cannot be stored", event_id=oldest[0].id)
            return await self._folded(1, hopeless=oldest[0].id)

    async def _folded(self, limit: int, hopeless: EventId | None = None) -> int:
        """A wide act takes several transactions: what comes in meanwhile is stored between two of them."""
        while True:
            memory, self.memory = self.memory, None
            count, self.memory = await self.store.carry(
                lambda connection, known=memory: self._fold(connection, known, limit, hopeless)  # type: ignore[misc]
            )
            if self.memory is None or self.memory.rest is None:
                return count

    async def _fold(
        self, connection: AsyncConnection, memory: Memory | None, limit: int, hopeless: EventId | None
    ) -> tuple[int, Memory | None]:
        if not await try_lock(connection, "folding"):
            return 0, None  # another process folds
        entries, head = await self.journal.unfolded(connection, limit)
        if not entries:
            return 0, memory
        if memory is None or memory.place != head.place:
            # As of when the oldest came, like all that follows: it may have waited for longer than a day.
            memory = await recall(connection, self.journal, self.seed, head.place, entries[0].received_at)
        batch = await self._opened(connection, memory, entries, hopeless)
        for moment in batch.moments:
            await self._take(batch, moment, hopeless)
        await save(connection, batch.books)
        now, count = batch.moments[-1].now, len(batch.moments)
        if batch.rest is not None:
            return 0, memory.after(batch.books, head.place, now, batch.rest)
        self._warn_of_clock(memory.now, now, entries[count - 1].received_at)
        links = _links(head, entries[:count])
        await self.journal.place(connection, links)
        placed = [(link.place, entry) for entry, (_, link) in zip(entries, links, strict=False)]
        memory.edge = await grown.extend(connection, self.journal.keyring, placed, memory.edge)
        if batch.turned:
            await self.journal.append(connection, batch.turned)
        if self._must_forget(batch.moments, now):
            forget_all()
            return count, None
        return count, memory.after(batch.books, links[-1][1].place, now)

    def _warn_of_clock(self, before: Micros, now: Micros, received_at: Micros) -> None:
        """Once: where it was set back, and where what is decided waits until it has come so far."""
        if now < before:
            log.warning(
                "the clock was set back: what comes is decided by it", seconds=(before - now) // SECOND
            )
        behind = now - received_at > MINUTE
        if behind and not self.behind:
            log.warning("the clock is behind what is decided already", seconds=(now - received_at) // SECOND)
        self.behind = behind

    def _must_forget(self, moments: Sequence["_Moment"], now: Micros) -> bool:
        """Whether what is kept in mind may hold somebody who is forgotten: it is then read anew.

        At once where somebody asked for it; else not more often than once an hour, for it takes seconds.
        """
        told = [one.event.what for one in moments if one.event is not None]
        acts = [what for what in told if isinstance(what, Act) and what.verb == forget.VERB.name]
        self.forgetting = self.forgetting or bool(acts)
        asked = any(act.actor != forget.BY_TIME for act in acts)
        if not self.forgetting or (not asked and lately(self.begun_at, now, HOUR)):
            return False
        self.forgetting, self.begun_at = False, now
        return True

    async def _opened(
        self,
        connection: AsyncConnection,
        memory: Memory,
        entries: Sequence[Entry],
        hopeless: EventId | None,
    ) -> "_Batch":
        """The events at hand, each with its instant, and the books that they begin with."""
        events = await opened(connection, self.journal.keyring, entries)
        moments = _until_wide(_moments(entries, events, memory.now))
        books = Books(self.responses, self.seed, whole=False, exempt=self.targets.exempt(self.responses))
        memory.enter(books)
        books.ledger = await ledger.take(connection)
        books.prices = await tariff.load(connection)
        shelf = Shelf(connection)
        told = [one.event for one in moments if one.event is not None and one.event.id != hopeless]
        await shelf.fetch(books, [one.entry.sender for one in moments], told)
        return _Batch(shelf, books, moments, memory.rest)

    async def _take(self, batch: "_Batch", moment: "_Moment", hopeless: EventId | None) -> None:
        """One event. An act sees everything before it as it is written down, and whom it is about."""
        event, books = moment.event, batch.books
        if event is None or event.id == hopeless:
            effects: Sequence[Effect] = _undecided(moment, Why.UNREADABLE if event is None else Why.OUR_ERROR)
        else:
            if isinstance(event.what, Act):
                await self._aim(batch, event.id, event.what)
            if isinstance(event.what, Message) and event.what.asks == "forget_yes":
                await save(batch.shelf.connection, books)
                await batch.shelf.raids_of(books, event.sender)
            effects = await self._decided(batch, event, moment)
        enter(books, effects, moment.now)
        batch.turned += _turned(moment, effects)

    async def _aim(self, batch: "_Batch", event: EventId, act: Act) -> None:
        """Puts at hand whom this step of an act is about, and the texts."""
        shelf, books, rest = batch.shelf, batch.books, batch.under_way
        await save(shelf.connection, books)
        if rest is None or rest.event != event:
            rest = Rest(event, steps_of(act, await self.targets.about(shelf, books, event, act)))
        step, *others = rest.steps
        batch.rest = Rest(event, tuple(others)) if others else None
        await shelf.fetch(books, step.senders)
        await shelf.bindings(books, step.senders)
        if concerns(act) is About.ACT:
            await shelf.acted(books, act.target)
        if concerns(act) is About.CHOICE:
            await shelf.picks(books, act.target)
        if concerns(act) is About.PAGE:
            await shelf.pages(books, act.target)
        books.targets = {event: step}
        books.texts = await lessons.texts(shelf.connection, self.journal, event, act, step.everybody)
        books.newest = await letters.newest(shelf.connection, self.journal, event, act, step.everybody)

    async def _decided(self, batch: "_Batch", event: Event, moment: "_Moment") -> Sequence[Effect]:
        """Takes the step; again, once whom it needs is at hand. What cannot be decided is said to be so."""
        while True:
            try:
                return decide(batch.books, event, moment.now)
            except NotAtHand as lacking:
                wanted = [*lacking.senders, *batch.books.detector.suspected()]
                await batch.shelf.fetch(batch.books, wanted)
            except Exception:
                log.exception("event cannot be decided", event_id=moment.entry.id)
                return _undecided(moment, Why.OUR_ERROR)


def next_limit(limit: int, count: int, seconds: float, longest: float) -> int:
    """How many events the next batch may have, when one of `count` took so long; `longest`: as it should."""
    if seconds > longest:
        return max(SMALLEST_BATCH, limit // 2)
    full = count >= limit and seconds < longest / 2
    return min(LARGEST_BATCH, 2 * limit) if full else limit


class _Moment(Noun):
    """An entry, what it holds where that can be opened, and the instant at which it is decided.

    That is when it reached us (see `onward`): however late it is folded, and whatever is folded together with
    it, it is decided alike.
    """

    entry: Entry
    event: Event | None
    now: Micros


@dataclass(slots=True)
class _Batch:
    shelf: Shelf
    books: Books
    moments: Sequence[_Moment]
    under_way: Rest | None
    """What remained of a wide act when the batch began: it is alone in its batches."""
    rest: Rest | None = None
    """What remains of it now."""
    turned: list[Arrival] = field(default_factory=list)
    """The posture's changes: each is an entry of the log, behind what led to it."""


def _moments(entries: Sequence[Entry], events: Mapping[EventId, Event], now: Micros) -> Iterator[_Moment]:
    for entry in entries:
        now = onward(now, entry.received_at, heard=entry.kind in HEARD)
        yield _Moment(entry, events.get(entry.id), now)


def _until_wide(moments: Iterable[_Moment]) -> list[_Moment]:
    """Those before the first wide act; that one alone where it is next."""
    taken: list[_Moment] = []
    for moment in moments:
        wide = moment.event is not None and isinstance(moment.event.what, Act) and is_wide(moment.event.what)
        if not taken or not wide:
            taken.append(moment)
        if wide:
            break
    return taken


def _turned(moment: _Moment, effects: Sequence[Effect]) -> Iterator[Arrival]:
    for one in effects:
        if isinstance(one, Pose):
            stance = one.stance
            told = (
                ("posture", stance.posture.value),
                ("reason", stance.reason.code),
                ("until", stance.until),
                ("event", moment.entry.id),
            )
            name = f"posture:{moment.entry.id}:{stance.posture}"
            deed = Deed(HOUSE, name, HOUSE, "posture", stance.since, told)
            yield Arrival(deed, moment.entry.received_at)


def _undecided(moment: _Moment, why: Why) -> tuple[Effect, ...]:
    entry = moment.entry
    if entry.kind == "act":
        return (put_aside(entry.id, moment.now),)
    if entry.kind not in HEARD:
        return ()
    decision = Decision(
        entry.id, entry.sender, Verdict.ORDINARY, Action.SILENT, None, None, 0, moment.now, (because(why),)
    )
    return (Decide(replace(decision, form="call" if entry.kind == "call" else None)),)


def _links(head: Link, entries: Sequence[Entry]) -> list[tuple[EventId, Link]]:
    links: list[tuple[EventId, Link]] = []
    for entry in entries:
        head = extend(head, entry)
        links.append((entry.id, head))
    return links
