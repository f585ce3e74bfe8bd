"""What a step may look at. It is loaded from what is stored, for the events at hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bridge.heart.effects import (
    BeginPause,
    CorrectPot,
    Decide,
    Effect,
    EndPause,
    EndRaid,
    Gather,
    Hold,
    Judge,
    Learn,
    Pose,
    Remember,
    ReopenRaid,
    See,
    SetPot,
    Unlearn,
)
from bridge.model import EventId, Micros, Raid, Sender, SenderId, Stance, Verdict
from bridge.pot import Purse
from bridge.prices import Tariff
from bridge.privacy.pseudonym import handles
from bridge.raid.detector import Detector
from bridge.responses import Responses


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
    texts: dict[EventId, dict[EventId, str]] = field(default_factory=dict)
    """The texts that each act of teaching at hand is about, by their events."""
    exempt: frozenset[SenderId] = frozenset()
    """Who cannot be muted."""
    detector: Detector = field(default_factory=Detector)
    """What raids are seen by."""
    raid: Raid | None = None
    """The newest raid, open or not."""
    stance: Stance | None = None
    """The newest change of posture."""
    unknown_replies: frozenset[str] = frozenset()
    """Messages that a provider says we sent, and that we know nothing of: an older copy was restored."""
    purse: Purse = field(default_factory=Purse)
    """Where the money stands."""
    prices: Tariff = field(default_factory=dict)
    """What providers charge, by their own word."""

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
                case Hold(reply=reply):
                    self.purse = self.purse.after(reply.price, 0, reply.lane)
                case _:
                    self._absorb_of_raids(effect)

    def _absorb_of_raids(self, effect: Effect) -> None:
        match effect:
            case See(sighting=sighting, look=look, calm=calm):
                self.detector.add(sighting, look, calm=calm)
            case Gather(raid=raid):
                self.raid = raid
            case Judge(senders=senders, raid=judged, reasons=reasons, at=at):
                self._change(senders, verdict=Verdict.RAIDER, raid=judged, reasons=reasons, withdrawn_at=at)
            case Pose(stance=stance):
                self.stance = stance
            case EndRaid(raid=ended, at=at):
                self._end(ended, at)
            case ReopenRaid(raid=reopened, at=at):
                self._reopen(reopened, at)
                self.detector.reconsider()
            case _:
                self._absorb_of_the_team(effect)

    def _change(self, senders: Iterable[SenderId], **changes: object) -> None:
        """Changes those at hand; of the others nothing is known here, and nothing must be made up."""
        for sender in senders:
            if sender in self.senders:
                self.senders[sender] = replace(self.senders[sender], **changes)  # type: ignore[arg-type]

    def _end(self, ended: str, at: Micros) -> None:
        if self.raid is not None and self.raid.id == ended:
            self.raid = replace(self.raid, ended_at=at)
        self._change(self._of(ended), verdict=Verdict.ORDINARY, reasons=(), withdrawn_at=None)
        self.detector.excuse()

    def _reopen(self, reopened: str, at: Micros) -> None:
        if self.raid is not None and self.raid.id == reopened:
            self.raid = replace(self.raid, ended_at=None, grown_at=at)
        self._change(self._of(reopened), verdict=Verdict.RAIDER, withdrawn_at=at)

    def _of(self, raid: str) -> list[SenderId]:
        return [sender.id for sender in self.senders.values() if sender.raid == raid]

    def _absorb_of_the_team(self, effect: Effect) -> None:
        match effect:
            case BeginPause(pause=pause):
                self.pauses[pause.channel] = pause.until
            case EndPause(channel=channel):
                self.pauses.pop(channel, None)
            case SetPot(total=total):
                self.purse = replace(self.purse, total=total)
            case CorrectPot(amount=amount):
                self.purse = replace(self.purse, spent=self.purse.spent + amount)
            case Learn(lesson=lesson):
                self.detector.lessons = self.detector.lessons.learn(lesson)
            case Unlearn(lesson=id_):
                self.detector.lessons = self.detector.lessons.unlearn(id_)
            case _:
                return
