"""People who are laid away until they write again, or have their turn: a long replay remembers few of them.

Only for replays in which nobody of the team acts: there what was sent, or withdrawn, stays so.
"""

from collections.abc import Iterable, Sequence

from bridge.heart.books import Books
from bridge.model import Micros, OutboxRow, ReplyId, Sender, SenderId
from bridge.replay.provider import Provider
from bridge.replay.spool import Spool, packed, person_in, reply_in

AT_HAND = 5_000
"""So many people come to hand before some are laid away again."""


class LaidAway:
    """People who are not at hand, with every reply to them."""

    def __init__(self, books: Books, provider: Provider, spool: Spool, at_hand: int = AT_HAND) -> None:
        """Empty; from now on the books hold those alone who are at hand."""
        self._books, self._provider, self._spool = books, provider, spool
        self._at_hand = self._most = at_hand
        books.whole = False
        provider.fetched = self._fetched

    def fetch(self, senders: Iterable[SenderId]) -> None:
        """Puts people at hand; whoever is not laid away has never been met."""
        for one in senders:
            known, replies = self._found(one)
            self._books.know(known)
            for row, left_at in replies:
                self._books.keep(row)
                if left_at is not None:
                    self._provider.left_at[row.reply.id] = left_at

    def look(self, who: SenderId) -> tuple[Sender, Sequence[OutboxRow]]:
        """What is remembered of somebody who stays laid away, and every reply to them."""
        known, replies = self._found(who)
        return known, [row for row, _ in replies]

    def tidy(self, now: Micros) -> None:
        """If too many people are at hand, lays away all but those to whom something is still to become due.

        What is due and waits for money stays laid away: there may be a day of it.
        """
        if len(self._books.senders) < self._most:
            return
        books = self._books
        waiting = {row.reply.sender for row in books.outbox.values() if row.waits and row.reply.due_at > now}
        self._lay_away([one for one in books.senders if one not in waiting])
        self._most = len(self._books.senders) + self._at_hand

    def lay_all_away(self) -> None:
        """Once the clock has run out: nothing waits any more."""
        self._lay_away(list(self._books.senders))

    def _lay_away(self, senders: Sequence[SenderId]) -> None:
        people, replies = [], []
        for one in senders:
            known, rows = self._books.let_go(one)
            people.append((one, packed((known, [row.reply.id for row in rows]))))
            replies += [(row.reply.id, packed(row), self._left(row.reply.id)) for row in rows]
        self._spool.write_all("INSERT OR REPLACE INTO replies VALUES (?, ?, ?)", replies)
        self._spool.write_all("INSERT OR REPLACE INTO people VALUES (?, ?)", people)

    def _left(self, reply: ReplyId) -> Micros | None:
        return self._provider.left_at.pop(reply, None)

    def _found(self, who: SenderId) -> tuple[Sender, list[tuple[OutboxRow, Micros | None]]]:
        found = self._spool.row("SELECT sender FROM people WHERE id = ?", who)
        if found is None:
            return Sender(who, who), []  # a handle is for people to see, and nobody sees one here
        known, replies = person_in(found[0])
        return known, [self._reply(one) for one in replies]

    def _fetched(self, reply: ReplyId) -> OutboxRow | None:
        """What waits comes to hand when its turn comes: to leave, or to be given up."""
        row, _ = self._reply(reply)
        if row.waits:
            self.fetch((row.reply.sender,))
        return self._books.outbox.get(reply)

    def _reply(self, reply: ReplyId) -> tuple[OutboxRow, Micros | None]:
        (row, left_at) = next(self._spool.rows("SELECT reply, left_at FROM replies WHERE id = ?", reply))
        return reply_in(row), left_at
