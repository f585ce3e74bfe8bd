"""An act under consideration: whom it is about, and what its actor is told."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from bridge.heart.books import Books
from bridge.heart.effects import Tell
from bridge.model import Act, Done, Event, Micros, Sender
from bridge.moderation.targets import is_short_id
from bridge.moderation.words import moment, say
from bridge.responses.quantities import amount

Outcome = Literal["done", "refused", "nothing"]


class About(Enum):
    """What the target of an act names."""

    NOTHING = auto()
    SENDER = auto()
    """By handle, or by address."""
    RAID = auto()
    """Everyone in it."""
    RAID_OR_SENDER = auto()
    """A raid where it is written as the short id of one."""
    ACT = auto()
    """One that muted somebody; whom it muted."""
    CHANNEL = auto()
    AMOUNT = auto()
    """Of euros."""
    LESSON = auto()


@dataclass(frozen=True)
class Deed:
    """An act under consideration, with the senders that it is about."""

    state: Books
    event: Event
    act: Act
    now: Micros
    kind: About

    @property
    def senders(self) -> list[Sender]:
        """Whom the act is about, as remembered."""
        return [self.state.sender(one) for one in self.state.targets.get(self.event.id, ())]

    @property
    def about(self) -> str:
        """What the act is about, in a form that may be shown: a number becomes its handle."""
        target = self.act.target
        match self.kind:
            case About.RAID_OR_SENDER if is_short_id(target):
                known = bool(self.senders)
            case About.SENDER | About.RAID_OR_SENDER:
                handles = [one.handle for one in self.senders]
                return handles[0] if len(handles) == 1 else "-"
            case About.LESSON:
                known = self.state.detector.lessons.called(target) is not None
            case _:
                known = True
        return target if known else "-"

    def told(self, outcome: Outcome, word: str, **values: int | str) -> Tell:
        """The sentence for the actor, and the record of the act."""
        shown = {name: self._shown(name, value) for name, value in values.items()}
        sentence = say(word, self.state.responses.feed.language, about=self.about, **shown)
        done = Done(self.event.id, self.act.actor, self.act.verb, self.about, outcome, sentence, self.now)
        return Tell(done)

    def _shown(self, name: str, value: int | str) -> int | str:
        """As the team reads it: an instant, an amount, or what it is."""
        if isinstance(value, str):
            return value
        if name == "until":
            return moment(value, self.state.responses.zone, self.state.responses.feed.language)
        return amount(value) if name in ("total", "spent") else value
