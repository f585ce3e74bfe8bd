"""Folding: takes events in order, gives each its place in the chain, and stores what the heart decides.

Effects and place go into one transaction, so a crash repeats nothing and skips nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken, StoreUnavailable
from bridge.evidence.canonical import Entry
from bridge.evidence.chain import Link, extend
from bridge.heart import Decide, Effect, State, step
from bridge.heart.effects import Warn
from bridge.model import Act, Action, Decision, Event, EventId, Micros, Receipt, SenderId, Verdict
from bridge.ports import Clock
from bridge.pot import passed
from bridge.responses import Responses
from bridge.store import folded, ledger, lessons, outbox, people, tariff
from bridge.store.dialect import try_lock
from bridge.store.journal import Journal, open_entry
from bridge.store.memory import Memory, recall
from bridge.store.store import Store
from bridge.store.targets import Targets

LARGEST_BATCH = 50
"""Events in one transaction; intake waits for at most one of them."""

LONGEST_REST = 1.0
"""Seconds between looks at the journal: another process may have appended."""

_OUR_ERROR = "an error of ours kept this from being decided"

log = structlog.get_logger("rempart.folding")


@dataclass(slots=True)
class Folding:
    """The one consumer of the journal."""

    store: Store
    journal: Journal
    targets: Targets
    clock: Clock
    seed: bytes
    responses: Responses
    """The rules in force; replaced when the file changes."""
    lull: Callable[[], Awaitable[None]]
    """Returns when intake has a moment: no provider is kept waiting for a decision."""
    memory: Memory | None = None
    """What is kept in mind between batches; nothing while a batch is under way, or after one failed."""

    async def turn(self) -> float:
        """Folds the next events, all or none of them, once intake has a moment."""
        await self.lull()
        return 0.0 if await self.batch() else LONGEST_REST

    async def batch(self) -> int:
        """Folds the next events; returns how many. Raises `StoreUnavailable`, and then none was.

        Where what they lead to cannot be stored, they are folded one by one: one odd event must not hold
        up everybody else's.
        """
        try:
            return await self._folded(LARGEST_BATCH)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("a batch cannot be stored; its events are folded one by one")
        folded = 0
        while folded < LARGEST_BATCH and await self._one():
            folded += 1
        return folded

    async def _one(self) -> int:
        """Folds the oldest event by itself; where even that cannot be stored, it is only given its place."""
        oldest = await self.store.read(lambda connection: self.journal.unfolded(connection, 1))
        try:
            return await self._folded(1)
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("what an event leads to cannot be stored", event_id=oldest[0].id)
            return await self._folded(1, hopeless=oldest[0].id)

    async def _folded(self, limit: int, hopeless: EventId | None = None) -> int:
        memory, self.memory = self.memory, None
        count, self.memory = await self.store.transact(
            lambda connection: self._fold(connection, memory, limit, hopeless)
        )
        return count

    async def _fold(
        self, connection: AsyncConnection, memory: Memory | None, limit: int, hopeless: EventId | None
    ) -> tuple[int, Memory | None]:
        if not await try_lock(connection, "folding"):
            return 0, None  # another process folds
        entries = await self.journal.unfolded(connection, limit)
        if not entries:
            return 0, memory
        now, head = self.clock(), await self.journal.head(connection)
        if memory is None or memory.place != head.place:
            memory = await recall(connection, self.journal, self.seed, head.place, now)
        if entries[0].id == hopeless:
            effects: Sequence[Effect] = _undecided(entries[0], _OUR_ERROR, now)
        else:
            effects = await self._decide(connection, memory, entries, now)
        await folded.record(connection, effects, now)
        links = _links(head, entries)
        await self.journal.place(connection, links)
        return len(entries), replace(memory, place=links[-1][1].place)

    async def _open(self, connection: AsyncConnection, entries: Sequence[Entry]) -> dict[EventId, Event]:
        keys = await self.journal.keyring.keys(connection, list({entry.sender for entry in entries}))
        opened: dict[EventId, Event] = {}
        for entry in entries:
            try:
                opened[entry.id] = open_entry(entry, keys[entry.sender])
            except (KeyError, SealBroken, ValueError, TypeError):
                log.error("event cannot be opened", event_id=entry.id)  # noqa: TRY400 - no prose, no text
        return opened

    async def _decide(
        self, connection: AsyncConnection, memory: Memory, entries: Sequence[Entry], now: Micros
    ) -> Sequence[Effect]:
        events = await self._open(connection, entries)
        state = await self._load(connection, memory, entries, events, now)
        effects: list[Effect] = []
        for entry in entries:
            decided = _step(state, entry, events.get(entry.id), now)
            state.absorb(decided)
            effects.extend(decided)
        memory.raid, memory.stance = state.raid, state.stance
        return [*effects, Warn(passed(state.purse, self.responses))]

    async def _load(
        self,
        connection: AsyncConnection,
        memory: Memory,
        entries: Sequence[Entry],
        events: dict[EventId, Event],
        now: Micros,
    ) -> State:
        """What a step may look at, for the events at hand."""
        acts = {event.id: event.what for event in events.values() if isinstance(event.what, Act)}
        targets = await self.targets.resolve(connection, acts)
        wanted = {entry.sender for entry in entries} | {one for found in targets.values() for one in found}
        return State(
            self.responses,
            self.seed,
            senders=await people.load(connection, list(wanted)),
            pauses=memory.pauses,
            targets=targets,
            texts=await lessons.texts(connection, self.journal, acts, targets),
            exempt=self.targets.exempt(self.responses),
            detector=memory.detector,
            raid=memory.raid,
            stance=memory.stance,
            unknown_replies=await outbox.unknown(connection, _told_of(events)),
            purse=await ledger.load(connection, now),
            prices=await tariff.load(connection),
        )


def _step(state: State, entry: Entry, event: Event | None, now: Micros) -> tuple[Effect, ...]:
    """One event's effects; an event that cannot be decided is kept, and said to be so."""
    if event is None:
        return _undecided(entry, "the stored event cannot be opened", now)
    try:
        return step(state, event, now)
    except Exception:
        log.exception("event cannot be decided", event_id=entry.id)
        return _undecided(entry, _OUR_ERROR, now)


def _told_of(events: dict[EventId, Event]) -> dict[str, SenderId]:
    """The recipients of messages whose receipts carry no id of ours: they come from the provider's log."""
    return {
        event.what.message_id: event.sender
        for event in events.values()
        if isinstance(event.what, Receipt) and event.what.reply is None
    }


def _undecided(entry: Entry, reason: str, now: Micros) -> tuple[Effect, ...]:
    if entry.kind != "message":
        return ()
    decision = Decision(
        entry.id, entry.sender, Verdict.ORDINARY, Action.SILENT, None, None, 0, now, (reason,)
    )
    return (Decide(decision),)


def _links(head: Link, entries: Sequence[Entry]) -> list[tuple[EventId, Link]]:
    links: list[tuple[EventId, Link]] = []
    for entry in entries:
        head = extend(head, entry)
        links.append((entry.id, head))
    return links
