"""Whom an act of the team is about, looked up in the house in memory, as the store would. Pure."""

from dataclasses import dataclass, field

from bridge.heart.effects import BeginMute, Effect, EndMute
from bridge.model import Act, SenderId
from bridge.moderation.targets import ByAddress, ByHandle, read_target
from bridge.privacy.pseudonym import sender_id
from bridge.replay.house import House


@dataclass(slots=True)
class Targets:
    """Resolves targets; remembers which act muted whom."""

    house: House
    senders_key: bytes
    _mutes: dict[str, set[SenderId]] = field(default_factory=dict)

    def resolve(self, act: Act) -> tuple[SenderId, ...]:
        """The senders that an act is about; none where nobody is meant or known."""
        match act.verb:
            case "mute_all" | "false_alarm" | "reopen":
                return self.house.raids.members(act.target)
            case "undo":
                return tuple(sorted(self._mutes.get(act.target, ())))
            case "mute" | "unmute":
                return self._named(act.target)
            case _:
                return ()

    def note(self, effects: tuple[Effect, ...]) -> None:
        """Keeps account of mutes."""
        for effect in effects:
            match effect:
                case BeginMute(mute=mute):
                    self._mutes.setdefault(mute.act, set()).add(mute.sender)
                case EndMute(sender=sender):
                    for muted in self._mutes.values():
                        muted.discard(sender)

    def _named(self, written: str) -> tuple[SenderId, ...]:
        match read_target(written):
            case ByHandle(handle=handle):
                found = self.house.bearer(handle)
                return (found,) if found else ()
            case ByAddress(channel=channel, address=address):
                sender = sender_id(self.senders_key, channel, address)
                self.house.greet(sender)
                return (sender,)
            case None:
                return ()
