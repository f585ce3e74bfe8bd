"""An act under consideration: whom it is about, and what its actor is told."""

from dataclasses import dataclass
from typing import Literal

from bridge.heart.books import Books
from bridge.heart.effects import Tell
from bridge.model import Act, Done, Event, Micros, Sender
from bridge.moderation.targets import is_short_id
from bridge.moderation.words import moment, say

ABOUT_SENDERS = {"mute", "unmute"}
"""Verbs whose target is a sender, who is shown under a handle."""

ABOUT_ANY = {"teach_ordinary", "teach_abusive"}
"""Verbs whose target is a raid, by its short id, or a sender."""

Outcome = Literal["done", "refused", "nothing"]


@dataclass(frozen=True)
class Deed:
    """An act under consideration, with the senders that it is about."""

    state: Books
    event: Event
    act: Act
    now: Micros

    @property
    def senders(self) -> list[Sender]:
        """Whom the act is about, as remembered."""
        return [self.state.sender(one) for one in self.state.targets.get(self.event.id, ())]

    @property
    def about(self) -> str:
        """What the act is about, in a form that may be shown: a number becomes its handle."""
        verb, target = self.act.verb, self.act.target
        if verb in ABOUT_SENDERS or (verb in ABOUT_ANY and not is_short_id(target)):
            return self.senders[0].handle if len(self.senders) == 1 else "-"
        known = self.senders if verb in ABOUT_ANY else self.state.detector.lessons.called(target)
        return target if known or verb not in (*ABOUT_ANY, "unteach") else "-"

    def told(self, outcome: Outcome, word: str, **values: object) -> Tell:
        """The sentence for the actor, and the record of the act."""
        sentence = say(word, self.state.responses.feed.language, about=self.about, **values)
        done = Done(self.event.id, self.act.actor, self.act.verb, self.about, outcome, sentence, self.now)
        return Tell(done)

    def moment(self, at: Micros) -> str:
        """An instant as the team reads it."""
        return moment(at, self.state.responses.zone, self.state.responses.feed.language)
