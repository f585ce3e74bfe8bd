"""Whom an act of the team is about, looked up in the books in memory, as the store would. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.heart.acts import concerns, reads_texts
from bridge.heart.acts.shared import stretch
from bridge.heart.acts.verb import About
from bridge.model import Act, EventId, Message, SenderId
from bridge.moderation.targets import ByAddress, ByHandle, read_target
from bridge.privacy.pseudonym import sender_id
from bridge.raid.suspicion.lessons import MOST_TEXTS
from bridge.replay.rows import Told
from bridge.replay.world import World


@dataclass(slots=True)
class Targets:
    """Resolves targets."""

    world: World
    senders_key: bytes

    def resolve(self, act: Act) -> tuple[SenderId, ...]:
        """The senders that an act is about; none where nobody is meant or known."""
        match concerns(act):
            case About.SENDER:
                return self._named(act.target)
            case About.RAID:
                return self.world.books.members(act.target)
            case About.ACT:
                return tuple(sorted(who for one, who in self.world.books.mutes if one == act.target))
            case _:
                return ()

    def texts(self, act: Act, told: Sequence[Told]) -> dict[EventId, str]:
        """What an act of teaching is about: the newest texts of its senders among those folded so far."""
        if not reads_texts(act):
            return {}
        who, raid = set(self.resolve(act)), self.world.books.raids.get(act.target)
        begin, end = stretch(raid) if raid else (0, max((one.at for one in told), default=0))
        found = [
            one
            for one in told
            if one.event.sender in who
            and begin <= one.at <= end
            and self.world.books.decisions[one.event.id].suspicion is not None
        ]
        return {
            one.event.id: one.event.what.text
            for one in found[-MOST_TEXTS:]
            if isinstance(one.event.what, Message)
        }

    def _named(self, written: str) -> tuple[SenderId, ...]:
        match read_target(written):
            case ByHandle(handle=handle):
                found = self.world.books.borne.get(handle)
                return (found,) if found else ()
            case ByAddress(channel=channel, address=address):
                sender = sender_id(self.senders_key, channel, address)
                self.world.greet(sender)
                return (sender,)
            case None:
                return ()
