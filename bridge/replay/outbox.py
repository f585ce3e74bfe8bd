"""The outbox in virtual time: replies wait until they are due, and a provider takes each at once. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush

from bridge.heart.gates import REPLIES_A_DAY
from bridge.model import DAY, EventId, MicroEuros, Micros, Progress, Reply, SenderId
from bridge.replay.ledger import Ledger

PausedUntil = Callable[[str, Micros], Micros | None]
"""Until when a channel is silent at an instant; `None` when it is not."""

Wanted = Callable[[SenderId], bool]
"""Whether a sender may be answered: neither muted nor opted out."""


@dataclass(slots=True)
class Queued:
    """One reply, and what became of it."""

    reply: Reply
    progress: Progress = Progress.HELD
    left_at: Micros | None = None
    """When the provider took it."""
    raid: str | None = None
    """The raid because of which it was withdrawn."""


@dataclass(slots=True)
class Outbox:
    """Every reply that was ever queued or written down as withheld."""

    ledger: Ledger
    paused_until: PausedUntil
    replies: dict[EventId, Queued] = field(default_factory=dict)
    """By the event that is answered: one event, one reply at most."""
    _due: list[tuple[Micros, int, Queued]] = field(default_factory=list)
    _of: dict[SenderId, list[Queued]] = field(default_factory=lambda: defaultdict(list))
    _serial: int = 0

    def hold(self, reply: Reply) -> None:
        """Queues a reply."""
        self._keep(queued := Queued(reply))
        self.ledger.reserve(reply)
        self._wait(queued, reply.due_at)

    def withhold(self, reply: Reply, raid: str | None) -> None:
        """Writes a reply down that is not sent, unless the raid turns out to be a false alarm."""
        self._keep(Queued(reply, Progress.CANCELLED, raid=raid))

    def withdraw(self, sender: SenderId, raid: str | None = None) -> None:
        """Cancels what is still held for a sender."""
        for queued in self._of.get(sender, ()):
            if queued.progress is Progress.HELD:
                self._give_up(queued, Progress.CANCELLED)
                queued.raid = raid

    def release(self, raid: str, now: Micros, affordable: MicroEuros, wanted: Wanted) -> None:
        """Holds again what was withdrawn because of a raid: oldest first, as far as the money goes."""
        total = 0
        for queued in sorted(self._withdrawn(raid, now, wanted), key=lambda queued: queued.reply.due_at):
            total += queued.reply.price
            if queued.reply.price and total > affordable:
                continue
            queued.reply = replace(queued.reply, due_at=max(queued.reply.due_at, now))
            queued.progress, queued.raid = Progress.HELD, None
            self.ledger.reserve(queued.reply)
            self._wait(queued, queued.reply.due_at)

    def resume(self, channel: str, now: Micros) -> None:
        """Looks again at once at what waited for a pause to end."""
        for queued in self.replies.values():
            if queued.progress is Progress.HELD and queued.reply.channel == channel:
                self._wait(queued, max(now, queued.reply.due_at))

    def run(self, until: Micros | None = None) -> None:
        """Lets virtual time pass to `until`; to the last reply when it is left out."""
        while self._due and (until is None or self._due[0][0] <= until):
            at, _, queued = heappop(self._due)
            if queued.progress is Progress.HELD and queued.reply.due_at <= at:
                self._try(queued, at)

    def _try(self, queued: Queued, at: Micros) -> None:
        reply = queued.reply
        if reply.expires_at <= at:
            self._give_up(queued, Progress.EXPIRED)
            return
        wait = self._must_wait(reply, at)
        if wait is not None:
            self._wait(queued, min(wait, reply.expires_at))
            return
        queued.progress, queued.left_at = Progress.ACCEPTED, at
        self.ledger.settle(reply)

    def _must_wait(self, reply: Reply, at: Micros) -> Micros | None:
        """Until when something stands in the way: a pause, or three replies in 24 hours."""
        paused = self.paused_until(reply.channel, at)
        if paused is not None:
            return paused
        recent = sorted(left for left in self._left(reply.sender) if left > at - DAY)
        return recent[-REPLIES_A_DAY] + DAY if len(recent) >= REPLIES_A_DAY else None

    def _left(self, sender: SenderId) -> Iterator[Micros]:
        return (one.left_at for one in self._of.get(sender, ()) if one.left_at is not None)

    def _withdrawn(self, raid: str, now: Micros, wanted: Wanted) -> list[Queued]:
        """What was withdrawn because of a raid, is still timely, and whose sender may be answered."""
        return [
            queued
            for queued in self.replies.values()
            if queued.progress is Progress.CANCELLED
            and queued.raid == raid
            and queued.reply.expires_at > now
            and wanted(queued.reply.sender)
        ]

    def _give_up(self, queued: Queued, progress: Progress) -> None:
        queued.progress = progress
        self.ledger.give_back(queued.reply)

    def _keep(self, queued: Queued) -> None:
        self.replies[queued.reply.event] = queued
        self._of[queued.reply.sender].append(queued)

    def _wait(self, queued: Queued, at: Micros) -> None:
        self._serial += 1
        heappush(self._due, (at, self._serial, queued))
