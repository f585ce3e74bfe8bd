"""What became of an evening's messages, counted from what the service itself has stored; changes nothing.

Who is hostile, only the script knows; what was seen, answered and paid, only the database. Money is
micro-euros, and both ways of a message cost: replying, and receiving, which nobody can avoid.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.demo.script import BEGINS, CHANNEL, ENDS, Line
from bridge.model import LEFT, SECOND, EventId, MicroEuros, Micros, Posture, Progress, Verdict
from bridge.noun import Noun
from bridge.reasons import Why
from bridge.responses import Responses
from bridge.store.books.sending import leaving
from bridge.store.engine.tables import decisions, events, outbox, senders
from bridge.store.looks import team
from bridge.store.looks.cards import recent_raids
from bridge.store.looks.overview import standing_posture
from bridge.store.looks.saved import saved_together

BARS = 94
"""Stretches of time in the picture: five minutes of 2017 each."""

STEP: Micros = (ENDS - BEGINS) // BARS

_VERDICTS = tuple(Verdict)
_WAITING = frozenset({Progress.HELD, Progress.SENDING, Progress.IN_DOUBT})


class Fate(Noun):
    """What became of one message."""

    line: Line
    verdict: Verdict
    """As the sender looks by now: what was learned later counts as well."""
    progress: Progress | None
    """How far the reply has come, if there is one."""
    inbound: MicroEuros
    reply: MicroEuros
    """What the reply has cost; nothing where none has left."""
    no_money: bool
    """What an hour may cost does not pay the reply: it waits for its turn, or has waited too long."""

    @property
    def is_coming(self) -> bool:
        """Whether its reply waits for nothing but the time when it is due, or is under way."""
        return self.progress in _WAITING and not self.no_money


@dataclass(slots=True)
class Tally:
    """Counts while an evening plays."""

    since: int
    """The newest event before it."""
    rules: Responses
    """Those in force: they say what the pot could have paid."""
    begun: Micros = 0
    """When it began to play, by the service's own clock."""
    lines: dict[EventId, Line] = field(default_factory=dict)
    """What has been sent, by the event that the journal makes of it."""
    postures: list[Posture | None] = field(default_factory=lambda: [None] * BARS)
    """The service's posture, one a bar."""
    counts: Mapping[str, Any] = field(default_factory=lambda: counted((), 0) | {"raids": 0})
    """The raids are those that the service saw meanwhile, and nobody called a false alarm."""
    undecided: int = 0

    async def look(self, connection: AsyncConnection, at: Micros, now: Micros) -> None:
        """Counts anew; `at` is how far 2017 has come, `now` the service's own time."""
        paused = CHANNEL in await team.load_pauses(connection, now)
        late = 0 if paused else now - SECOND  # what could leave by now has left
        rows = await connection.execute(_query(self.since))
        fates = [fate for row in rows if (fate := self._fate(row, late)) is not None]
        played = await recent_raids(connection, self.begun)
        spared = await saved_together(connection, played, self.rules, now)
        self.counts = counted(fates, spared) | {"raids": sum(one.ended_at is None for one in played)}
        self.undecided = len(self.lines) - len(fates)
        posture = Posture.PAUSED if paused else await standing_posture(connection, now)
        self._note(posture, bar(at))

    @property
    def settled(self) -> bool:
        """Whether everything is decided, and nothing waits but for its turn."""
        return (
            not self.undecided and not self.counts["hostile"]["coming"] + self.counts["ordinary"]["waiting"]
        )

    def told(self) -> dict[str, Any]:
        """What the page draws."""
        return {"step": STEP, "postures": self.postures, **self.counts}

    def _fate(self, row: Row[Any], late: Micros) -> Fate | None:
        """`late`: when what is still held was due that waits for its turn."""
        line = self.lines.get(EventId(row.id))
        if line is None or row.decided is None:
            return None
        progress = Progress(row.progress) if row.progress else None
        waits = progress is Progress.HELD and row.due_at <= late
        return Fate(
            line,
            Verdict.RAIDER if row.seen == Verdict.RAIDER else Verdict(row.decided),
            progress,
            row.inbound,
            row.price if progress in LEFT else 0,
            waits or row.why == Why.POT_SPENT or progress is Progress.EXPIRED,
        )

    def _note(self, posture: Posture, place: int) -> None:
        """Also of the bars that passed since the last look."""
        while place >= 0 and (self.postures[place] is None or place == bar(BEGINS)):
            self.postures[place] = posture
            place -= 1


def bar(at: Micros) -> int:
    """The bar that an instant of 2017 belongs to."""
    return min(BARS - 1, max(0, (at - BEGINS) // STEP))


async def newest(connection: AsyncConnection) -> int:
    """The number of the newest event; 0 where there is none."""
    return await connection.scalar(select(func.max(events.c.seq))) or 0


async def busy(connection: AsyncConnection, channel: str, now: Micros, responses: Responses) -> bool:
    """Whether a message waits for its decision, or a reply leaves, or is about to."""
    unfolded = select(events.c.id).where(events.c.place.is_(None), events.c.kind == "message").limit(1)
    if await connection.scalar(unfolded) is not None:
        return True
    silent = channel in await team.load_pauses(connection, now)
    return await leaving(connection, channel, now, responses, due=not silent)


def _query(since: int) -> Select[Any]:
    return (
        select(
            events.c.id,
            senders.c.verdict.label("seen"),
            decisions.c.verdict.label("decided"),
            decisions.c.cost.label("inbound"),
            decisions.c.why,
            outbox.c.progress,
            outbox.c.due_at,
            func.coalesce(outbox.c.cost, outbox.c.price).label("price"),
        )
        .join(senders, senders.c.id == events.c.sender)
        .outerjoin(decisions, decisions.c.event == events.c.id)
        .outerjoin(outbox, outbox.c.event == events.c.id)
        .where(events.c.seq > since, events.c.kind == "message")
    )


def counted(fates: Sequence[Fate], spared: MicroEuros) -> dict[str, Any]:
    """What the page is told of messages; `spared`: what the same rules would have paid beyond."""
    hostile = [fate for fate in fates if fate.line.hostile]
    ordinary = [fate for fate in fates if not fate.line.hostile]
    return {
        "bars": _bars(fates),
        "hostile": _messages(hostile) | _replies(hostile),
        "ordinary": _messages(ordinary) | _visitors(ordinary),
        "saved": spared,
        "without": sum(fate.inbound + fate.reply for fate in fates) + spared,
    }


def _bars(fates: Iterable[Fate]) -> list[list[int]]:
    """How many messages of each verdict, one row a bar."""
    found = Counter((bar(fate.line.at), fate.verdict) for fate in fates)
    return [[found[place, verdict] for verdict in _VERDICTS] for place in range(BARS)]


def _messages(fates: Sequence[Fate]) -> dict[str, int]:
    return {
        "messages": len(fates),
        "senders": len({fate.line.sender for fate in fates}),
        "raiders": sum(fate.verdict is Verdict.RAIDER for fate in fates),
        "inbound": sum(fate.inbound for fate in fates),
        "replies": sum(fate.reply for fate in fates),
    }


def _replies(fates: Sequence[Fate]) -> dict[str, int]:
    return {
        "replied": sum(fate.progress in LEFT for fate in fates),
        "answered": len({fate.line.sender for fate in fates if fate.progress in LEFT}),
        "waiting": sum(fate.progress in _WAITING for fate in fates),
        "coming": sum(fate.is_coming for fate in fates),
        "withdrawn": sum(fate.progress is Progress.CANCELLED for fate in fates),
    }


def _visitors(fates: Iterable[Fate]) -> dict[str, int]:
    """Each person counts once, by the best that became of any of their messages."""
    best: dict[str, str] = {}
    for fate in fates:
        known = best.get(fate.line.sender, _OUTCOMES[-1])
        best[fate.line.sender] = min(known, _outcome(fate), key=_OUTCOMES.index)
    return {outcome: sum(one == outcome for one in best.values()) for outcome in _OUTCOMES}


_OUTCOMES = ("answered", "waiting", "unaffordable", "mistaken", "other")
"""What can become of a person, the best first."""


def _outcome(fate: Fate) -> str:
    return next(_outcomes(fate))


def _outcomes(fate: Fate) -> Iterator[str]:
    if fate.progress in LEFT:
        yield "answered"
    if fate.is_coming:
        yield "waiting"
    if fate.no_money:
        yield "unaffordable"
    if fate.verdict is not Verdict.ORDINARY:
        yield "mistaken"
    yield "other"
