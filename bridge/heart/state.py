"""What a step may look at. It is loaded from what is stored, for the events at hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bridge.heart.effects import BeginPause, Decide, Effect, EndPause, Gather, Hold, Remember, SetPot
from bridge.model import EventId, Incident, Micros, Sender, SenderId
from bridge.pot import Purse
from bridge.privacy.pseudonym import handles
from bridge.responses import Responses


@dataclass(slots=True)
class Recent:
    """What was counted in the windows that incidents are seen through."""

    messages: dict[SenderId, int] = field(default_factory=dict)
    """Messages of a sender within the flood window."""
    copies: dict[int, dict[SenderId, int]] = field(default_factory=dict)
    """Messages with one skeleton within the copies window, by sender."""

    def count(self, sender: SenderId, skeleton: int | None) -> None:
        """Takes in one more message."""
        self.messages[sender] = self.messages.get(sender, 0) + 1
        if skeleton is not None:
            alike = self.copies.setdefault(skeleton, {})
            alike[sender] = alike.get(sender, 0) + 1


@dataclass(slots=True)
class State:
    """The rules in force, the seed of every choice, and what is known of the senders at hand."""

    responses: Responses
    seed: bytes
    senders: dict[SenderId, Sender] = field(default_factory=dict)
    pauses: dict[str, Micros] = field(default_factory=dict)
    """Until when a channel is silent."""
    targets: dict[EventId, tuple[SenderId, ...]] = field(default_factory=dict)
    """Whom each act at hand is about; resolved where numbers and handles can be looked up."""
    exempt: frozenset[SenderId] = frozenset()
    """Who cannot be muted."""
    recent: Recent = field(default_factory=Recent)
    incident: Incident | None = None
    """The newest incident, open or not."""
    unknown_replies: frozenset[str] = frozenset()
    """Messages that a provider says we sent, and that we know nothing of: an older copy was restored."""
    purse: Purse = field(default_factory=Purse)
    """Where the money stands."""

    def sender(self, sender: SenderId) -> Sender:
        """What is remembered of a sender; of a new one, nothing but the handle."""
        return self.senders.get(sender) or Sender(sender, next(handles(sender)))

    def paused(self, channel: str, now: Micros) -> bool:
        """Whether the team keeps a channel silent."""
        return self.pauses.get(channel, 0) > now

    def absorb(self, effects: Iterable[Effect]) -> None:
        """Takes in what a step decided, so that the next step builds on it."""
        for effect in effects:
            match effect:
                case Remember(sender=sender):
                    self.senders[sender.id] = sender
                case Decide(decision=decision):
                    self.purse = self.purse.after(0, decision.cost)
                    self.recent.count(decision.sender, decision.skeleton)
                case Hold(reply=reply):
                    self.purse = self.purse.after(reply.price, 0)
                case _:
                    self._absorb_of_the_team(effect)

    def _absorb_of_the_team(self, effect: Effect) -> None:
        match effect:
            case BeginPause(pause=pause):
                self.pauses[pause.channel] = pause.until
            case EndPause(channel=channel):
                self.pauses.pop(channel, None)
            case Gather(incident=incident):
                self.incident = incident
            case SetPot(total=total):
                self.purse = replace(self.purse, total=total)
            case _:
                return
