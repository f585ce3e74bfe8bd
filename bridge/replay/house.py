"""The house in memory: the state that lives on, and what the store would have written down. Pure.

What an effect means is what it means in the store; only the provider is imagined: it takes every reply.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bridge.heart import State, step
from bridge.heart.effects import (
    Cancel,
    CorrectPot,
    Decide,
    Effect,
    EndPause,
    EndRaid,
    Gather,
    Hold,
    Judge,
    Pose,
    ReopenRaid,
    SetPot,
    Withhold,
)
from bridge.model import Decision, Event, EventId, Message, Micros, Sender, SenderId, Stance, Verdict
from bridge.moderation.targets import ByAddress, read_target
from bridge.privacy.pseudonym import handles, sender_id
from bridge.replay.ledger import Ledger
from bridge.replay.outbox import Outbox
from bridge.replay.raids import Raids
from bridge.responses import Responses


@dataclass(slots=True)
class House:
    """One replay's world. Events go in, in order of time; what became of them stands in its parts."""

    state: State
    ledger: Ledger
    outbox: Outbox
    raids: Raids = field(default_factory=Raids)
    stances: list[Stance] = field(default_factory=list)
    """The changes of posture, in order."""
    decisions: dict[EventId, Decision] = field(default_factory=dict)
    received: int = 0
    """Messages so far."""
    borne: dict[str, SenderId] = field(default_factory=dict)
    """Who bears which handle."""

    def take(self, event: Event, now: Micros) -> tuple[Effect, ...]:
        """Folds one event at `now`, and writes down what follows."""
        self.outbox.run(until=now)
        self.received += isinstance(event.what, Message)
        self.greet(event.sender)
        self.state.purse = self.ledger.purse(now)
        effects = step(self.state, event, now)
        self.state.absorb(effects)
        for effect in effects:
            self._write_down(effect, now)
        return effects

    def greet(self, sender: SenderId) -> None:
        """Gives a stranger a handle that nobody else bears."""
        if sender not in self.state.senders:
            handle = next((one for one in handles(sender) if one not in self.borne), sender)
            self.know(Sender(sender, handle))

    def know(self, sender: Sender) -> None:
        """Remembers a sender who bears a handle already."""
        self.borne[sender.handle] = sender.id
        self.state.senders[sender.id] = sender

    def bearer(self, handle: str) -> SenderId | None:
        """Who bears a handle."""
        return self.borne.get(handle)

    def _write_down(self, effect: Effect, now: Micros) -> None:
        match effect:
            case Decide(decision=decision):
                self.decisions[decision.event] = decision
                self.ledger.inbound += decision.cost
            case Hold(reply=reply):
                self.outbox.hold(reply)
            case Withhold(reply=reply):
                self.outbox.withhold(reply, self._raid_of(reply.event, reply.sender))
            case Cancel(sender=sender):
                self.outbox.withdraw(sender)
            case SetPot(total=total):
                self.ledger.total = total
            case CorrectPot(amount=amount):
                self.ledger.spent += amount
            case EndPause(channel=channel):
                self.outbox.resume(channel, now)
            case _:
                self._write_down_of_raids(effect, now)

    def _write_down_of_raids(self, effect: Effect, now: Micros) -> None:
        match effect:
            case Gather():
                self.raids.gather(effect, self.received)
            case Judge(senders=senders, raid=raid):
                self.raids.judge(effect)
                for sender in senders:
                    self.outbox.withdraw(sender, raid)
            case Pose(stance=stance):
                self.stances.append(stance)
            case EndRaid(raid=raid, affordable=affordable):
                self.raids.end(raid, now)
                self.outbox.release(raid, now, affordable, lambda sender: self._is_wanted(sender, now))
            case ReopenRaid(raid=raid):
                self._judge_again(self.raids.reopen(raid, now), raid, now)
            case _:
                return

    def _judge_again(self, senders: Iterable[SenderId], raid: str, now: Micros) -> None:
        """The store still knows who they were; here the state is all there is."""
        for sender in senders:
            raider = replace(self.state.sender(sender), verdict=Verdict.RAIDER, raid=raid, withdrawn_at=now)
            self.state.senders[sender] = raider
            self.outbox.withdraw(sender, raid)

    def _is_wanted(self, sender: SenderId, now: Micros) -> bool:
        one = self.state.sender(sender)
        return one.stopped_at is None and (one.muted_until is None or one.muted_until <= now)

    def _raid_of(self, event: EventId, sender: SenderId) -> str | None:
        """The raid because of which a reply is not sent."""
        decision = self.decisions.get(event)
        return (decision.raid if decision else None) or self.state.sender(sender).raid


def open_house(responses: Responses, seed: bytes, senders_key: bytes) -> House:
    """An empty house under these rules. `seed` is behind every choice, `senders_key` behind pseudonyms."""
    exempt = frozenset(
        sender_id(senders_key, target.channel, target.address)
        for written in responses.exempt
        if isinstance(target := read_target(written), ByAddress)
    )
    state = State(responses=responses, seed=seed, exempt=exempt)

    def paused_until(channel: str, at: Micros) -> Micros | None:
        return state.pauses[channel] if state.paused(channel, at) else None

    ledger = Ledger()
    return House(state, ledger, Outbox(ledger, paused_until))
