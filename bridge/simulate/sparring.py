"""A trace that is written while it is answered: an opponent sees whom the service replied to, and chooses.

The service is the live pipeline in virtual time, under the rules that are handed in; so a trace is what the
opponent came to against these rules, and a replay under the same rules answers it in the same way. Pure.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from bridge.model import Micros, SenderId
from bridge.replay.run import SEED, Reader
from bridge.replay.world import World, open_world
from bridge.responses import Responses
from bridge.simulate.trace import Draft, message

Answered = Callable[[str], bool]
"""Whether a number has had a reply by now."""


class Opponent(Protocol):
    """Somebody who writes in the light of what was answered."""

    def next_at(self) -> Micros | None:
        """When they write next; `None` when they have done."""

    def write(self, answered: Answered) -> Draft:
        """What they write then, which is called for once and at that moment."""


@dataclass(slots=True)
class _Game:
    world: World
    read: Reader
    drafts: list[Draft] = field(default_factory=list)
    senders: dict[str, SenderId] = field(default_factory=dict)

    def take(self, draft: Draft) -> None:
        """The service gets it."""
        self.drafts.append(draft)
        event = self.read.event(message(len(self.drafts), draft))
        self.senders[draft.sender] = event.sender
        self.world.take(event, draft.at)

    def answered(self, number: str) -> bool:
        """Whether a reply to a number has left."""
        replies = self.world.books.replies(self.senders[number])
        return any(row.reply.id in self.world.provider.left_at for row in replies)


def spar(drafts: Iterable[Draft], opponent: Opponent, rules: Responses) -> list[Draft]:
    """The drafts, and among them what the opponent writes, in order of time."""
    world = open_world(rules, SEED, SEED)
    game = _Game(world, Reader(rules, SEED))
    waiting = deque(sorted(drafts, key=lambda draft: draft.at))
    while (at := opponent.next_at()) is not None:
        while waiting and waiting[0].at <= at:
            game.take(waiting.popleft())
        world.provider.run(until=at)
        game.take(opponent.write(game.answered))
    return [*game.drafts, *waiting]
