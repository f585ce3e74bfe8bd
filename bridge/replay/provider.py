"""The provider in virtual time: replies wait until they are due, and it takes each at once. Pure."""

from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

from bridge.heart.books import Books
from bridge.heart.case import REPLIES_A_DAY
from bridge.heart.changes import Changes
from bridge.model import DAY, Micros, OutboxRow, Progress, ReplyId


@dataclass(slots=True)
class Provider:
    """Does what the dispatch loop and a provider do together, without either."""

    books: Books
    left_at: dict[ReplyId, Micros] = field(default_factory=dict)
    """When each reply was taken."""
    _due: list[tuple[Micros, ReplyId]] = field(default_factory=list)

    def heed(self, changes: Changes, now: Micros) -> None:
        """Notes what is to be sent, and looks again at once at what waited for a pause to end."""
        for reply in (*changes.new_replies, *changes.replies):
            self._wait(reply, self.books.outbox[reply].reply.due_at)
        resumed = {channel for channel, _ in changes.ended_pauses}
        for row in self.books.outbox.values() if resumed else ():
            if row.reply.channel in resumed:
                self._wait(row.reply.id, max(now, row.reply.due_at))

    def run(self, until: Micros | None = None) -> None:
        """Lets virtual time pass to `until`; to the last reply when it is left out."""
        while self._due and (until is None or self._due[0][0] <= until):
            at, reply = heappop(self._due)
            row = self.books.outbox[reply]
            if row.progress is Progress.HELD and row.reply.due_at <= at:
                self._try(row, at)

    def _try(self, row: OutboxRow, at: Micros) -> None:
        if row.reply.expires_at <= at:
            self.books.move(replace(row, progress=Progress.EXPIRED, settled_at=at, error="expired"))
            return
        wait = self._must_wait(row, at)
        if wait is not None:
            self._wait(row.reply.id, min(wait, row.reply.expires_at))
            return
        self.left_at[row.reply.id] = at
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
