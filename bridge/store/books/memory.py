"""What the fold keeps in mind between batches, and how it comes by it again from what is stored.

After a start, or when another process has folded meanwhile, the newest messages are read from the journal
and shown to a new detector, each as it was met, and between them what the team said of raids: a few seconds
at most. While there are no more than those, the detector is the very one that was lost; else it knows of what
is older only what is usual.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import false_alarm, reopen
from bridge.heart.books import Books
from bridge.heart.shares import Share
from bridge.model import DAY, Event, EventId, Message, Micros, PhraseRule, Posture, Raid, Stance
from bridge.noun import Noun, replace
from bridge.raid.detector import Detector
from bridge.raid.histogram import MOST
from bridge.raid.register import Register
from bridge.raid.sighting import Sighting, sight
from bridge.store.books import campaigns, lessons, phrase_rules, raids
from bridge.store.books.journal import ENTRY, Journal, opened
from bridge.store.books.log import Edge
from bridge.store.books.signs import newest_decision
from bridge.store.engine.tables import IS_CALL, acts, decisions, events
from bridge.store.engine.upkeep import show_life
from bridge.store.looks import team

NEWEST = 3_000
"""Messages that are shown to a new detector, at most, however old: what time makes it forget, it forgets."""

USUAL: Micros = 60 * DAY
"""How far back first texts tell what is usual, beyond those that are shown."""

_AT_A_STRETCH = 10
"""Messages that are shown before others have their turn: together they may take seconds."""

CALLED: Mapping[str, Callable[[Detector], None]] = {
    false_alarm.VERB.name: Detector.excuse,
    reopen.VERB.name: Detector.reconsider,
}
"""What the team says of raids, and what the detector makes of it."""


class Rest(Noun):
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
    phrase_rules: dict[EventId, PhraseRule] = field(default_factory=dict)
    rest: Rest | None = None
    """What remains to be done of a wide act under way."""
    edge: Edge | None = None
    """Where the log's tree grows, where it is not behind."""

    def enter(self, books: Books) -> None:
        """Puts what is kept in mind into new books."""
        books.detector, books.raid, books.stance = self.detector, self.raid, self.stance
        books.pauses, books.warned = self.pauses, self.warned
        books.phrase_rules = self.phrase_rules

    def after(self, books: Books, place: int, now: Micros, rest: Rest | None = None) -> "Memory":
        """What is to be kept in mind of books that are saved."""
        kept = books.detector, books.raid, books.stance, books.pauses, books.warned, books.phrase_rules
        return Memory(place, now, *kept, rest, self.edge)


async def recall(
    connection: AsyncConnection, journal: Journal, seed: bytes, place: int, now: Micros
) -> Memory:
    """The memory as of a place in the chain. `seed`: what the detector's hashes are keyed with."""
    texts, calls = await _newest(connection, called=False), await _newest(connection, called=True)
    register = await _learned(connection, texts, now)
    rows = sorted((*texts, *calls), key=lambda row: row.place)
    detector = Detector(
        register=register,
        lessons=await lessons.load(connection, journal),
        heeded=await campaigns.load(connection, journal),
    )
    found = await opened(connection, journal.keyring, rows)
    await _show(connection, detector, rows, found, seed)
    raid, stance = await raids.newest(connection), await raids.stance(connection)
    pauses = await team.load_pauses(connection, now)
    rules = await phrase_rules.load(connection, journal)
    return Memory(place, await _latest(connection), detector, raid, stance, pauses, phrase_rules=rules)


async def _latest(connection: AsyncConnection) -> Micros:
    """As of when was decided last: the newest decision, and what came behind it of any other kind."""
    place, decided_at = await newest_decision(connection) or (-1, 0)
    behind = select(func.max(events.c.received_at)).where(events.c.place > place)
    return max(decided_at, await connection.scalar(behind) or 0)


async def _learned(connection: AsyncConnection, shown: Sequence[Row[Any]], now: Micros) -> Register:
    """What first texts of calm days had taught, about as when they came, before those that are shown."""
    learned = Register()
    if len(shown) < NEWEST:  # then there were none
        return learned
    query = (
        select(decisions.c.suspicion, decisions.c.posture)
        .where(decisions.c.first, decisions.c.raid.is_(None))
        .where(decisions.c.decided_at.between(now - USUAL, shown[0].decided_at - 1))
        .order_by(decisions.c.decided_at.desc())
        .limit(MOST)
    )
    for suspicion, posture in reversed((await connection.execute(query)).all()):
        learned.learn(suspicion, calm=posture == Posture.CALM)
    return learned


async def _called(connection: AsyncConnection, shown: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """What the team said of raids since the oldest message that is shown, oldest first."""
    query = (
        select(events.c.place, acts.c.verb)
        .join(acts, acts.c.event == events.c.id)
        .where(acts.c.verb.in_(CALLED), acts.c.outcome == "done")
        .where(events.c.place > (shown[0].place if shown else 0))
        .order_by(events.c.place)
    )
    return list(await connection.execute(query))


async def _show(
    connection: AsyncConnection,
    detector: Detector,
    rows: Sequence[Row[Any]],
    found: Mapping[EventId, Event],
    seed: bytes,
) -> None:
    """Shows messages, and tells what the team said of raids, all in the order of the chain."""
    waiting = deque(await _called(connection, rows))
    for shown, row in enumerate(rows, 1):
        if shown % _AT_A_STRETCH == 0:
            await show_life(connection)
        while waiting and waiting[0].place < row.place:
            CALLED[waiting.popleft().verb](detector)
        _show_one(detector, row, found.get(row.id), seed)
    for one in waiting:
        CALLED[one.verb](detector)


async def _newest(connection: AsyncConnection, *, called: bool) -> list[Row[Any]]:
    """The newest folded messages that were looked at, or calls, oldest first; each by themselves, for calls
    must not push texts out of sight."""
    met = (decisions.c[name] for name in ("decided_at", "suspicion", "posture", "first", "form"))
    which = (IS_CALL,) if called else (or_(decisions.c.form.is_(None), decisions.c.form != "call"),)
    query = (
        select(*ENTRY, events.c.place, *met)
        .join(decisions, decisions.c.event == events.c.id)
        .where(events.c.place.is_not(None), decisions.c.suspicion.is_not(None), *which)
        .order_by(decisions.c.decided_at.desc(), events.c.place.desc())
        .limit(NEWEST)
    )
    return list(reversed((await connection.execute(query)).all()))


def _sighting(row: Row[Any], event: Event | None, seed: bytes, latest: Micros) -> Sighting:
    """Of a message that was erased or altered, only what stands on its decision: it is like no other."""
    if event is None or not isinstance(event.what, Message):
        met = row.id, row.sender, row.decided_at, row.first, "", (), row.suspicion, "", None
        return Sighting(*met, call=row.form == "call")
    at = min(max(event.what.at, latest), row.decided_at)
    # As it looked then: whatever was taught since is about what comes in later.
    return replace(sight(event, event.what, at, seed, first=row.first), suspicion=row.suspicion)


def _show_one(detector: Detector, row: Row[Any], event: Event | None, seed: bytes) -> None:
    sighting = _sighting(row, event, seed, detector.latest)
    # Who was answered, and what the rules pay, tells of this message alone, not of those that follow.
    look = detector.look(sighting, Posture(row.posture), answered=False)
    detector.add(sighting, look, calm=row.posture == Posture.CALM)
