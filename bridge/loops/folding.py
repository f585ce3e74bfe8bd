"""Folding: takes events in order, gives each its place in the chain, and stores what the heart decides.

Effects and place go into one transaction, so a crash repeats nothing and skips nothing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import SealBroken, StoreUnavailable
from bridge.evidence.canonical import Entry
from bridge.evidence.chain import Link, extend
from bridge.heart import Decide, Effect, State, step
from bridge.heart.effects import Warn
from bridge.model import Act, Action, Decision, Event, EventId, Message, Micros, Receipt, SenderId, Verdict
from bridge.ports import Clock
from bridge.pot import passed
from bridge.responses import Responses
from bridge.store import folded, ledger, outbox, people, team
from bridge.store.dialect import try_lock
from bridge.store.journal import Journal, open_entry
from bridge.store.store import Store
from bridge.store.targets import Targets
from bridge.text.skeleton import skeleton

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
        return await self.store.transact(lambda connection: self._fold(connection, limit, hopeless))

    async def _fold(self, connection: AsyncConnection, limit: int, hopeless: EventId | None) -> int:
        if not await try_lock(connection, "folding"):
            return 0  # another process folds
        entries = await self.journal.unfolded(connection, limit)
        if not entries:
            return 0
        now = self.clock()
        if entries[0].id == hopeless:
            effects: Sequence[Effect] = _undecided(entries[0], _OUR_ERROR, now)
        else:
            effects = await self._decide(connection, entries, now)
        await folded.record(connection, effects, now)
        await self.journal.place(connection, _links(await self.journal.head(connection), entries))
        return len(entries)

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
        self, connection: AsyncConnection, entries: Sequence[Entry], now: Micros
    ) -> Sequence[Effect]:
        events = await self._open(connection, entries)
        state = await self._load(connection, entries, events, now)
        effects: list[Effect] = []
        for entry in entries:
            decided = _step(state, entry, events.get(entry.id), now)
            state.absorb(decided)
            effects.extend(decided)
        return [*effects, Warn(passed(state.purse, self.responses))]

    async def _load(
        self,
        connection: AsyncConnection,
        entries: Sequence[Entry],
        events: dict[EventId, Event],
        now: Micros,
    ) -> State:
        """What a step may look at, for the events at hand."""
        acts = {event.id: event.what for event in events.values() if isinstance(event.what, Act)}
        targets = await self.targets.resolve(connection, acts)
        wanted = {entry.sender for entry in entries} | {one for found in targets.values() for one in found}
        texts = [event.what.text for event in events.values() if isinstance(event.what, Message)]
        skeletons = {found for text in texts if (found := skeleton(text, self.seed)) is not None}
        return State(
            self.responses,
            self.seed,
            await people.load(connection, list(wanted)),
            await team.load_pauses(connection, now),
            targets,
            self.targets.exempt(self.responses),
            await team.load_recent(connection, list(wanted), list(skeletons), now),
            await team.load_incident(connection),
            await outbox.unknown(connection, _told_of(events)),
            await ledger.load(connection, now),
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
