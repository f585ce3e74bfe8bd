"""A replay of any length: what became of each message is laid down, and read again when the rows are written.

A row takes hindsight: a raid accuses whoever wrote up to two hours before it was seen, for as long as it goes
on, and a reply may leave a day later. So the rows are worked out once the clock has run out, one after the
other, in the order of the trace. In memory stays what is known of raids, of their members and of whoever was
at hand last; nobody of the team acts here, so that what was decided, sent or withdrawn stays so.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from bridge.model import Event, Verdict
from bridge.replay.ahead import read_ahead
from bridge.replay.laid_away import AT_HAND, LaidAway
from bridge.replay.rows import Fate, Hindsight, Row, decided, hindsight
from bridge.replay.run import SEED, Outcome, Reader, price_of_one
from bridge.replay.spool import Spool, packed, reasons_in, reply_in
from bridge.replay.summary import Summing
from bridge.replay.trace import Label, Line, Written
from bridge.replay.world import World, open_world
from bridge.responses import Responses

Progressed = Callable[[int, int], None]
"""Called now and then with the number of messages that were taken, and of all."""

_EVERY = 500

Writing = Callable[[Iterator[Row]], object]
"""Takes all rows in the order of the trace, as they are worked out and counted."""

_LINE = "INSERT OR IGNORE INTO lines (id, at, channel, sender, text, kind) VALUES (?, ?, ?, ?, ?, ?)"
_LINES = "id, at, channel, sender, text, kind FROM lines"
_ANY = "utf-8", "surrogatepass"
"""Half a character, which JSON can spell, is no text for a database."""


class Lines:
    """A trace that is laid down as it is read."""

    def __init__(self, spool: Spool) -> None:
        """Empty."""
        self._spool = spool
        self._latest: int | None = None
        self.in_order = True
        """Whether none stands behind a later one."""
        self.count = 0

    def add(self, line: Line) -> bool:
        """Takes the next line; false where one of the same id was taken before."""
        self.in_order &= self._latest is None or self._latest <= line.at
        self._latest = line.at
        text = line.text.encode(*_ANY)
        new = self._spool.write(_LINE, line.id, line.at, line.channel, line.sender, text, line.kind)
        self.count += new
        return new

    def by_time(self) -> Iterator[tuple[int, Written]]:
        """Each with its place in the trace, in order of time."""
        order = "place" if self.in_order else "at, place"
        for place, *line in self._spool.rows(f"SELECT place, {_LINES} ORDER BY {order}"):
            yield place, _written(line)

    def named(self, id_: str) -> Written:
        """One of them."""
        (line,) = self._spool.rows(f"SELECT {_LINES} WHERE id = ?", id_)
        return _written(line)


def _written(line: Sequence[Any]) -> Written:
    id_, at, channel, sender, text, kind = line
    return Written(id_, at, channel, sender, text.decode(*_ANY), kind)


class Labels(Mapping[str, Label]):
    """Labels that are laid down as they are read."""

    def __init__(self, spool: Spool) -> None:
        """Empty."""
        self._spool = spool

    def setdefault(self, id_: str, label: Label, /) -> Label:
        """Takes a label; gives back the one that was taken first."""
        new = self._spool.write("INSERT OR IGNORE INTO labels VALUES (?, ?)", id_, label)
        return label if new else self[id_]

    def __getitem__(self, id_: str) -> Label:
        """The label of a message. Raises `KeyError`."""
        return cast("Label", self._spool.only("SELECT label FROM labels WHERE id = ?", id_))

    def __iter__(self) -> Iterator[str]:
        """The messages that have one."""
        return (id_ for (id_,) in self._spool.rows("SELECT id FROM labels"))

    def __len__(self) -> int:
        """How many there are."""
        return self._spool.number("SELECT count(*) FROM labels")

    def left_over(self) -> int:
        """How many are of messages that the trace does not hold."""
        return self._spool.number("SELECT count(*) FROM labels WHERE id NOT IN (SELECT id FROM lines)")


@dataclass(frozen=True, slots=True)
class Rows(Collection[Row]):
    """The rows in the order of the trace, worked out anew each time that they are looked through."""

    spool: Spool
    seen: Hindsight

    def __iter__(self) -> Iterator[Row]:
        """One after the other."""
        return (self.seen.row(_fate(*told)) for told in self.spool.rows(_FATES))

    def __len__(self) -> int:
        """How many there are."""
        return self.spool.number("SELECT count(*) FROM told")

    def __contains__(self, row: object) -> bool:
        """Whether it is one of them."""
        return any(row == one for one in self)


_FATES = """
SELECT lines.id, at, full, told.sender, inbound, raid, suspicion, call, verdict, reasons,
    replies.reply, left_at
FROM lines JOIN told USING (place) LEFT JOIN replies ON replies.id = told.reply
ORDER BY place
"""


def _fate(*told: Any) -> Fate:
    id_, at, full, sender, inbound, raid, suspicion, call, verdict, reasons, reply, left_at = told
    kept = reply_in(reply) if reply else None
    plain = id_, at, full, sender, inbound, raid, suspicion
    return Fate(*plain, bool(call), Verdict(verdict), reasons_in(reasons), kept, left_at)


def replay_long(
    spool: Spool,
    lines: Lines,
    responses: Responses,
    labels: Labels | None = None,
    *,
    at_hand: int = AT_HAND,
    ahead: bool = False,
    progressed: Progressed = lambda _done, _all: None,
    to: Writing = lambda rows: deque(rows, maxlen=0),
) -> Outcome:
    """Runs a trace that was laid down in the spool; what `to` has got can be read there again.

    `ahead`: whether another process reads the texts ahead.
    """
    world, read = open_world(responses, SEED, SEED), Reader(responses, SEED)
    world.laid_away = LaidAway(world.books, world.provider, spool, at_hand)
    told: list[_Told] = []
    coming = read_ahead(lines.by_time(), world.books) if ahead else lines.by_time()
    for number, (place, line) in enumerate(coming, start=1):
        event = read.event(line)
        world.take(event, line.at)
        told.append(_told(world, place, event))
        world.laid_away.tidy(line.at)
        if number % _EVERY == 0:
            _lay_down(spool, told)
            progressed(number, lines.count)
    _lay_down(spool, told)
    world.provider.run()
    world.laid_away.lay_all_away()
    rows = Rows(spool, hindsight(world))
    summing = Summing(world, lambda id_: read.event(lines.named(id_)), labels)
    to(summing.passing(rows))
    return Outcome(rows, summing.plain(), world, labels)


_Told = tuple[Any, ...]
"""What is laid down of a message."""


def _told(world: World, place: int, event: Event) -> _Told:
    """From here on this alone tells what was decided."""
    decision = world.books.decisions.pop(event.id)
    full = price_of_one(event.what, world.books.responses)
    *plain, verdict, reasons = decided(decision)
    return place, full, decision.reply, *plain, verdict.value, packed(reasons)


def _lay_down(spool: Spool, told: list[_Told]) -> None:
    spool.write_all("INSERT INTO told VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", told)
    told.clear()
