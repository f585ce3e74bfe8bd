"""What a step may look at. It is rebuilt from what is stored, for the senders at hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bridge.heart.effects import Effect, Remember
from bridge.model import Sender, SenderId
from bridge.privacy.pseudonym import handles
from bridge.responses import Responses


@dataclass(slots=True)
class State:
    """The rules in force, the seed of every choice, and the senders met so far."""

    responses: Responses
    seed: bytes
    senders: dict[SenderId, Sender] = field(default_factory=dict)

    def sender(self, sender: SenderId) -> Sender:
        """What is remembered of a sender; of a new one, nothing but the handle."""
        return self.senders.get(sender) or Sender(sender, next(handles(sender)))

    def absorb(self, effects: Iterable[Effect]) -> None:
        """Takes in what a step decided, so that the next step builds on it."""
        for effect in effects:
            if isinstance(effect, Remember):
                self.senders[effect.sender.id] = effect.sender
