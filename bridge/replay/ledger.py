"""The ledger in memory: the purse as the store would load it at any instant. Pure; micro-euros."""

from dataclasses import dataclass, field
from heapq import heappop, heappush

from bridge.model import DAY, HOUR, MicroEuros, Micros, Reply, ReplyId
from bridge.pot import Purse


@dataclass(slots=True)
class Window:
    """What replies due in the last `length`, or later, cost or may cost."""

    length: Micros
    total: MicroEuros = 0
    _due: list[tuple[Micros, ReplyId]] = field(default_factory=list)
    _inside: dict[ReplyId, tuple[Micros, MicroEuros]] = field(default_factory=dict)

    def add(self, reply: Reply) -> None:
        """Counts a reply that is queued."""
        self.remove(reply.id)
        self._inside[reply.id] = reply.due_at, reply.price
        self.total += reply.price
        heappush(self._due, (reply.due_at, reply.id))

    def remove(self, reply: ReplyId) -> None:
        """Counts a reply no longer: it was withdrawn, or lies too far back."""
        _, price = self._inside.pop(reply, (0, 0))
        self.total -= price

    def roll(self, now: Micros) -> MicroEuros:
        """What is inside at `now`; time only goes forward."""
        while self._due and self._due[0][0] <= now - self.length:
            due_at, reply = heappop(self._due)
            if self._inside.get(reply, (None,))[0] == due_at:
                self.remove(reply)
        return self.total


@dataclass(slots=True)
class Ledger:
    """Moves money as replies move."""

    spent: MicroEuros = 0
    reserved: MicroEuros = 0
    inbound: MicroEuros = 0
    total: MicroEuros | None = None
    """Set by hand: counts above the rules file."""
    _hour: Window = field(default_factory=lambda: Window(HOUR))
    _day: Window = field(default_factory=lambda: Window(DAY))
    _suspects: Window = field(default_factory=lambda: Window(HOUR))

    def reserve(self, reply: Reply) -> None:
        """A reply is queued, at its worst case."""
        self.reserved += reply.price
        self._hour.add(reply)
        self._day.add(reply)
        if reply.lane == "suspect":
            self._suspects.add(reply)

    def give_back(self, reply: Reply) -> None:
        """A reply is withdrawn, or given up."""
        self.reserved -= reply.price
        for window in (self._hour, self._day, self._suspects):
            window.remove(reply.id)

    def settle(self, reply: Reply) -> None:
        """A provider has taken a reply."""
        self.reserved -= reply.price
        self.spent += reply.price

    def purse(self, now: Micros) -> Purse:
        """Where the money stands."""
        return Purse(
            spent=self.spent,
            reserved=self.reserved,
            inbound=self.inbound,
            total=self.total,
            last_hour=self._hour.roll(now),
            last_day=self._day.roll(now),
            suspects=self._suspects.roll(now),
        )
