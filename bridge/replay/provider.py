"""The provider in virtual time: it takes each reply when it is due and can be paid. Pure."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from random import Random

from bridge import pot
from bridge.heart.books import Books
from bridge.heart.case import REPLIES_A_DAY
from bridge.heart.changes import Changes
from bridge.heart.timing import awake_at, rested
from bridge.model import (
    CALLS_AT_ONCE,
    DAY,
    DOUBTFUL,
    HOUR,
    MINUTE,
    NO_TEXTS_ANSWERED,
    MicroEuros,
    Micros,
    OutboxRow,
    Progress,
    ReplyId,
)
from bridge.noun import replace
from bridge.pot import Purse
from bridge.raid.posture import is_open
from bridge.saved import hour_of

_AGAIN: Micros = MINUTE // 6
"""How long what cannot be paid waits before the pot is asked again."""


@dataclass(slots=True)
class Window:
    """What was paid within the last `length`. Time only goes forward."""

    length: Micros
    total: MicroEuros = 0
    _paid: deque[tuple[Micros, MicroEuros]] = field(default_factory=deque)

    def at(self, now: Micros) -> MicroEuros:
        """The total at `now`."""
        while self._paid and self._paid[0][0] <= now - self.length:
            self.total -= self._paid.popleft()[1]
        return self.total

    def pay(self, now: Micros, amount: MicroEuros) -> None:
        """Counts a payment."""
        self._paid.append((now, amount))
        self.total += amount


@dataclass(slots=True)
class Provider:
    """Does what the dispatch loop and a provider do together, without either."""

    books: Books
    fetched: Callable[[ReplyId], OutboxRow | None] = lambda _: None
    """A reply that is not at hand and still waits, put at hand."""
    left_at: dict[ReplyId, Micros] = field(default_factory=dict)
    """When each reply was taken, of those at hand."""
    paid: Counter[Micros] = field(default_factory=Counter)
    """What all replies have cost, by the hour in which they were taken."""
    ends_at: Micros = 0
    """When nothing that was ever held waits any more."""
    hour: Window = field(default_factory=lambda: Window(HOUR))
    day: Window = field(default_factory=lambda: Window(DAY))
    doubtful: Window = field(default_factory=lambda: Window(HOUR))
    _due: list[tuple[Micros, ReplyId]] = field(default_factory=list)
    """What has to wait, by the instant until which it does."""
    _ripe: list[tuple[int, Micros, ReplyId]] = field(default_factory=list)
    """What is due and could not be paid yet: the lowest rank first, and of these the newest."""
    _cheapest: MicroEuros = 0
    """What the cheapest of all these cost: for less nobody needs to be asked."""
    _asked: Micros = 0
    """When the pot was last asked for what is ripe."""

    def heed(self, changes: Changes, now: Micros) -> None:
        """Notes what is to be sent, and looks again at once at what waited for a pause to end."""
        for reply in (*changes.new_replies, *changes.replies):
            told = self.books.outbox[reply].reply
            self.ends_at = max(self.ends_at, told.expires_at)
            self._wait(reply, told.due_at)
        resumed = {channel for channel, _ in changes.ended_pauses}
        for row in self.books.outbox.values() if resumed else ():
            if row.reply.channel in resumed:
                self._wait(row.reply.id, max(now, row.reply.due_at))

    def run(self, until: Micros | None = None) -> None:
        """Lets virtual time pass to `until`; to the last reply when it is left out."""
        while (at := self._next()) is not None and (until is None or at <= until):
            while self._due and self._due[0][0] <= at:
                self._ripen(heappop(self._due)[1], at)
            self._pay(at)

    def _next(self) -> Micros | None:
        """When there may be something to do."""
        due = self._due[0][0] if self._due else None
        if not self._ripe:
            return due
        again = self._asked + _AGAIN
        return again if due is None else min(due, again)

    def _ripen(self, reply: ReplyId, at: Micros) -> None:
        """It is due: what costs nothing leaves, the rest waits for its turn."""
        row = self._row(reply)
        if row is None or row.progress is not Progress.HELD or row.reply.due_at > at:
            return
        if row.reply.price == 0:
            self._end(row, at)
        else:
            self._cheapest = min(self._cheapest or row.reply.price, row.reply.price)
            heappush(self._ripe, (row.reply.rank, -row.reply.due_at, reply))

    def _pay(self, at: Micros) -> None:
        """Sends what can be paid, in order. What is too dear just now lets cheaper ones go first, of as many
        as the service looks at together."""
        self._asked, awake = at, awake_at(self.books.responses, at) == at
        dear: list[tuple[int, Micros, ReplyId]] = []
        while self._ripe and len(dear) < CALLS_AT_ONCE:
            row = self._row(self._ripe[0][2])
            waits = row is not None and awake and self._is_open(row, at)
            room = self._payable(row, at) if row and waits else 0
            if row and waits and row.reply.price > room:
                if room < self._cheapest:
                    break
                dear.append(heappop(self._ripe))
                continue
            heappop(self._ripe)
            if row:
                self._end(row, at)
        for one in dear:
            heappush(self._ripe, one)

    def _row(self, reply: ReplyId) -> OutboxRow | None:
        return self.books.outbox.get(reply) or self.fetched(reply)

    def _end(self, row: OutboxRow, at: Micros) -> None:
        """It leaves, waits for the end of quiet hours, or is given up."""
        if self._is_open(row, at):
            if not self._rests(row, at):
                self._try(row, at)
        elif row.progress is Progress.HELD:
            self.books.move(replace(row, progress=Progress.EXPIRED, settled_at=at, error="expired"))

    def _rests(self, row: OutboxRow, at: Micros) -> bool:
        """As `bridge.store.books.sending.let_rest` has it."""
        if awake_at(self.books.responses, at) == at or row.reply.wording in NO_TEXTS_ANSWERED:
            return False
        until = rested(self.books.responses, at, Random(row.reply.id))  # noqa: S311 - the same each time
        self.books.move(replace(row, reply=replace(row.reply, due_at=until)))
        self._wait(row.reply.id, until)
        return True

    def _is_open(self, row: OutboxRow, at: Micros) -> bool:
        return row.progress is Progress.HELD and at < row.reply.expires_at

    def _payable(self, row: OutboxRow, at: Micros) -> MicroEuros:
        return pot.top(self.purse(at), self.books.responses, row.reply)

    def purse(self, at: Micros) -> Purse:
        """Where the money stands."""
        ledger = self.books.ledger
        return Purse(
            ledger.spent,
            ledger.reserved,
            ledger.inbound,
            ledger.total,
            self.hour.at(at),
            self.day.at(at),
            self.doubtful.at(at),
            is_open(self.books.raid, at),
            ledger.opened_until(at),
        )

    def _try(self, row: OutboxRow, at: Micros) -> None:
        wait = self._must_wait(row, at)
        if wait is not None:
            self._wait(row.reply.id, min(wait, row.reply.expires_at))
            return
        self.left_at[row.reply.id] = at
        self.paid[hour_of(at)] += row.reply.price
        limited = () if self.books.ledger.opened_until(at) else (self.hour, self.day)
        for window in (*limited, *((self.doubtful,) if row.reply.rank >= DOUBTFUL else ())):
            window.pay(at, row.reply.price)
        taken = replace(row, progress=Progress.ACCEPTED, message_id=row.reply.id, settled_at=at)
        self.books.move(taken)

    def _must_wait(self, row: OutboxRow, at: Micros) -> Micros | None:
        """Until when something stands in the way: a pause, or three replies in 24 hours."""
        if self.books.paused(row.reply.channel, at):
            return self.books.pauses[row.reply.channel]
        mine = (self.left_at.get(one.reply.id) for one in self.books.replies(row.reply.sender))
        recent = sorted(left for left in mine if left is not None and left > at - DAY)
        return recent[-REPLIES_A_DAY] + DAY if len(recent) >= REPLIES_A_DAY else None

    def _wait(self, reply: ReplyId, at: Micros) -> None:
        if self.books.outbox[reply].progress is Progress.HELD:
            heappush(self._due, (at, reply))
