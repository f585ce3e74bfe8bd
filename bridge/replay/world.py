"""The world of a replay: the same books as the service's, never saved. Pure, but for people laid away.

Only the provider is imagined: it takes every reply when it is due.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from bridge.heart.books import Books, NotAtHand
from bridge.heart.changes import Changes
from bridge.heart.effects import Effect
from bridge.heart.fold import fold
from bridge.model import Event, Message, Micros, OutboxRow, Sender, SenderId
from bridge.moderation.directory import exempt
from bridge.moderation.targets import TELEPHONE
from bridge.privacy.pseudonym import sender_id
from bridge.replay.laid_away import LaidAway
from bridge.replay.provider import Provider
from bridge.responses import Responses


@dataclass(slots=True)
class World:
    """One replay's world. Events go in, in order of time; what became of them stands in the books."""

    books: Books
    provider: Provider
    laid_away: LaidAway | None = None
    """Where those are who are not at hand; without one the books hold everybody."""
    received: int = 0
    """Messages so far."""
    opened_after: dict[str, int] = field(default_factory=dict)
    """By raid: messages received when it opened, the one that opened it among them."""

    def take(self, event: Event, now: Micros, everybody: tuple[SenderId, ...] = ()) -> tuple[Effect, ...]:
        """Folds one event at `now`; `everybody` is whom it is about, where it is an act."""
        self.provider.run(until=now)
        self.received += isinstance(event.what, Message)
        effects = self._folded(event, now, everybody)
        for raid in self.books.changes.raids:
            self.opened_after.setdefault(raid, self.received)
        self.provider.heed(self.books.changes, now)
        self.books.changes = Changes()  # nothing is ever saved
        return effects

    def _folded(self, event: Event, now: Micros, everybody: tuple[SenderId, ...]) -> tuple[Effect, ...]:
        """A step that needs somebody who is not at hand is taken again once they are: it is pure."""
        if self.laid_away and event.sender not in self.books.senders:
            self.laid_away.fetch((event.sender,))
        while True:
            try:
                return tuple(fold(self.books, event, now, everybody))
            except NotAtHand as missing:
                if self.laid_away is None:
                    raise
                self.laid_away.fetch(missing.senders)

    def person(self, who: SenderId) -> tuple[Sender, Sequence[OutboxRow]]:
        """What is remembered of somebody, and every reply to them."""
        if self.laid_away and who not in self.books.senders:
            return self.laid_away.look(who)
        return self.books.sender(who), tuple(self.books.replies(who))

    def greet(self, sender: SenderId) -> None:
        """Gives a stranger a handle that nobody else bears."""
        self.books.know(self.books.sender(sender))


def is_number(address: str) -> bool:
    """Whether it is a telephone number, and no account."""
    return address.startswith("+")


def person_at(key: bytes, channel: str, address: str) -> SenderId:
    """Whoever has a telephone number is one person, whichever way they write."""
    return sender_id(key, TELEPHONE if is_number(address) else channel, address)


def open_world(responses: Responses, seed: bytes, senders_key: bytes) -> World:
    """An empty world under these rules. `seed` is behind every choice, `senders_key` behind pseudonyms."""
    known = exempt(responses, partial(person_at, senders_key))
    # A replay sends nothing anyway: it tells what would be answered, also by the rules of a dry run.
    live = responses.model_copy(update={"mode": "live"})
    books = Books(live, seed, exempt=known, imagined=True)
    return World(books, Provider(books))
