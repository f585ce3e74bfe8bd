"""What the fold keeps in mind between batches, and how it comes by it again from what is stored.

After a start, or when another process has folded meanwhile, the newest messages are read from the journal
and shown to a new detector: a few seconds at most.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.books import Books
from bridge.heart.shares import Share
from bridge.model import DAY, Event, EventId, Message, Micros, Posture, Raid, SenderId, Stance
from bridge.raid.detector import Detector
from bridge.raid.histogram import MOST
from bridge.raid.register import Register
from bridge.raid.sighting import sight
from bridge.store.books import lessons, raids
from bridge.store.books.journal import ENTRY, Journal, opened
from bridge.store.engine.tables import acts, decisions, events, senders
from bridge.store.looks import team

NEWEST = 3_000
"""Messages that are shown to a new detector, at most."""

SINCE: Micros = DAY
USUAL: Micros = 60 * DAY
"""How far back first texts tell what is usual."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The steps of a wide act that are not done yet."""

    event: EventId
    steps: tuple[Share, ...]


@dataclass(slots=True)
class Memory:
    """Kept while it is ours alone to change: the place says up to where in the chain."""

    place: int = 0
    now: Micros = 0
    """The instant of the newest decision: time never runs backwards."""
    detector: Detector = field(default_factory=Detector)
    raid: Raid | None = None
    stance: Stance | None = None
    pauses: dict[str, Micros] = field(default_factory=dict)
    """Until when each channel is silent."""
    warned: set[Fraction] = field(default_factory=set)
    rest: Rest | None = None
    """What remains to be done of a wide act under way."""

    def enter(self, books: Books) -> None:
        """Puts what is kept in mind into new books."""
        books.detector, books.raid, books.stance = self.detector, self.raid, self.stance
        books.pauses, books.warned = self.pauses, self.warned

    def after(self, books: Books, place: int, now: Micros, rest: Rest | None = None) -> "Memory":
        """What is to be kept in mind of books that are saved."""
        return Memory(place, now, books.detector, books.raid, books.stance, books.pauses, books.warned, rest)


async def recall(
    connection: AsyncConnection, journal: Journal, seed: bytes, place: int, now: Micros
) -> Memory:
    """The memory as of a place in the chain. `seed`: what the detector's hashes are keyed with."""
    raid, learned = await raids.newest(connection), await _learned(connection, now)
    # What is unusual is measured against what is usual, and against what the team has taught.
    detector = Detector(register=Register(learned.usual), lessons=await lessons.load(connection, journal))
    rows = await _newest(connection, now)
    found = await opened(connection, journal.keyring, rows)
    _show(detector, rows, found, seed, await raids.false_alarms(connection, now - SINCE))
    detector.register.waiting = learned.waiting
    stance, pauses = await raids.stance(connection), await team.load_pauses(connection, now)
    return Memory(place, await _latest(connection), detector, raid, stance, pauses)


async def _latest(connection: AsyncConnection) -> Micros:
    """When something was last decided, a message or an act."""
    query = select(func.max(decisions.c.decided_at)), select(func.max(acts.c.at))
    return max([await connection.scalar(one) or 0 for one in query])


async def _learned(connection: AsyncConnection, now: Micros) -> Register:
    """What first texts of calm days have taught, as they did when they came."""
    changes = await raids.stances_since(connection, now - USUAL)
    query = (
        select(decisions.c.sender, decisions.c.suspicion, decisions.c.decided_at)
        .join(senders, senders.c.id == decisions.c.sender)
        .where(decisions.c.raid.is_(None), decisions.c.suspicion.is_not(None))
        .where(decisions.c.decided_at > now - USUAL, senders.c.first_at == decisions.c.decided_at)
        .order_by(decisions.c.decided_at.desc())
        .limit(MOST)
    )
    rows = (await connection.execute(query)).all()
    learned, calm, known = Register(), True, set[str]()
    for sender, suspicion, decided_at in reversed(rows):
        while changes and changes[0].since <= decided_at:
            calm = changes.pop(0).posture is Posture.CALM
        if sender not in known:  # of messages that were folded together, only one is the first
            learned.learn(suspicion, calm=calm)
        known.add(sender)
    return learned


def _show(
    detector: Detector,
    rows: Sequence[Row[Any]],
    found: Mapping[EventId, Event],
    seed: bytes,
    false_alarms: Sequence[Micros],
) -> None:
    """Shows messages, and forgives what the team called a false alarm whenever it did."""
    known, called = set[SenderId](), deque(false_alarms)
    for row in rows:
        while called and row.decided_at > called[0]:
            detector.excuse()
            called.popleft()
        first = row.first_at == row.decided_at and row.sender not in known
        known.add(row.sender)
        _show_one(detector, row, found.get(row.id), seed, first=first)
    for _ in called:
        detector.excuse()


async def _newest(connection: AsyncConnection, now: Micros) -> list[Row[Any]]:
    """The newest folded messages, oldest first."""
    query = (
        select(*ENTRY, decisions.c.decided_at, decisions.c.raid, decisions.c.suspicion, senders.c.first_at)
        .join(decisions, decisions.c.event == events.c.id)
        .join(senders, senders.c.id == events.c.sender)
        .where(events.c.place.is_not(None), decisions.c.suspicion.is_not(None))
        .where(decisions.c.decided_at > now - SINCE)
        .order_by(decisions.c.decided_at.desc(), events.c.place.desc())
        .limit(NEWEST)
    )
    return list(reversed((await connection.execute(query)).all()))


def _show_one(detector: Detector, row: Row[Any], event: Event | None, seed: bytes, *, first: bool) -> None:
    """Nothing of an event whose text was erased or altered: it tells nothing any more."""
    if event is None or not isinstance(event.what, Message):
        return
    at = max(min(event.what.at, row.decided_at), detector.latest)
    # As it looked then: whatever was taught since is about what comes in later.
    sighting = replace(sight(event, event.what, at, seed, first=first), suspicion=row.suspicion)
    posture = Posture.RAID if row.raid else Posture.CALM
    detector.add(sighting, detector.look(sighting, posture, answered=False), calm=False)
