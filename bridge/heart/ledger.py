"""Where the money stands while events are folded, at any instant. Pure; micro-euros."""

from dataclasses import dataclass, field
from heapq import heappop, heappush

from bridge.model import COMMITTED, DAY, HOUR, RESERVED, MicroEuros, Micros, OutboxRow
from bridge.pot import Purse


@dataclass(slots=True)
class Window:
    """What replies due in the last `length`, or later, cost or may cost. Time only goes forward."""

    length: Micros
    total: MicroEuros = 0
    leaving: list[tuple[Micros, MicroEuros]] = field(default_factory=list)
    """A heap: at which `due_at` how much falls out of the window. What leaves later than anybody asks may
    be left out."""
    _since: Micros = 0

    def count(self, due_at: Micros, amount: MicroEuros) -> None:
        """Counts an amount; one below zero takes back what was counted, and takes it out of what leaves."""
        if amount and due_at > self._since:
            self.total += amount
            heappush(self.leaving, (due_at, amount))

    def roll(self, now: Micros) -> MicroEuros:
        """What is inside at `now`."""
        self._since = max(self._since, now - self.length)
        while self.leaving and self.leaving[0][0] <= self._since:
            self.total -= heappop(self.leaving)[1]
        return self.total


@dataclass(slots=True)
class Ledger:
    """Moves money as replies move."""

    spent: MicroEuros = 0
    reserved: MicroEuros = 0
    inbound: MicroEuros = 0
    total: MicroEuros | None = None
    """Set by hand: counts above the rules file."""
    hour: Window = field(default_factory=lambda: Window(HOUR))
    day: Window = field(default_factory=lambda: Window(DAY))
    suspects: Window = field(default_factory=lambda: Window(HOUR))

    def purse(self, now: Micros) -> Purse:
        """Where the money stands."""
        return Purse(
            spent=self.spent,
            reserved=self.reserved,
            inbound=self.inbound,
            total=self.total,
            last_hour=self.hour.roll(now),
            last_day=self.day.roll(now),
            suspects=self.suspects.roll(now),
        )

    def move(self, before: OutboxRow | None, after: OutboxRow) -> None:
        """What a step of a reply does to the money: the one place that says so.

        What a provider has taken may be billed, also when it fails later: only a refusal costs nothing.
        """
        self.reserved += _reserved(after) - (_reserved(before) if before else 0)
        # A correction by hand may have taken the difference back already: then nothing is left to give back.
        self.spent = max(0, self.spent + _spent(after) - (_spent(before) if before else 0))
        if before:
            self._count(before, -1)
        self._count(after, 1)

    def _count(self, row: OutboxRow, sign: int) -> None:
        if row.progress not in COMMITTED:
            return
        for window in (self.hour, self.day, *((self.suspects,) if row.reply.lane == "suspect" else ())):
            window.count(row.reply.due_at, sign * row.booked)


def _reserved(row: OutboxRow) -> MicroEuros:
    return row.reply.price if row.progress in RESERVED else 0


def _spent(row: OutboxRow) -> MicroEuros:
    return row.booked if row.message_id is not None and row.progress not in RESERVED else 0
