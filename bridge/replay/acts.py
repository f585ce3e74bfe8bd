"""Whom an act of the team is about, looked up in the books in memory, as the store would. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.heart.acts import concerns, is_answerable, reads_texts, writes_to
from bridge.heart.acts.shared import stretch
from bridge.heart.acts.verb import About
from bridge.model import (
    DOUBTFUL,
    LAST,
    WITHDRAWN,
    Act,
    Event,
    EventId,
    Message,
    Micros,
    OutboxRow,
    Progress,
    SenderId,
)
from bridge.moderation.targets import (
    ByAddress,
    ByHandle,
    read_group,
    read_people,
    read_pseudonym,
    read_target,
)
from bridge.privacy.pseudonym import sender_id
from bridge.raid.alike import MOST, Group, grouped
from bridge.raid.suspicion.lessons import MOST_TEXTS
from bridge.replay.rows import Told
from bridge.replay.world import World


@dataclass(slots=True)
class Targets:
    """Resolves targets."""

    world: World
    senders_key: bytes
    told: Sequence[Told] = ()
    """The messages folded so far: what they say is what a group is sorted by."""

    def resolve(self, act: Act) -> tuple[SenderId, ...]:  # noqa: PLR0911 - a kind of target each
        """The senders that an act is about; none where nobody is meant or known."""
        match concerns(act):
            case About.SENDER:
                return self._named(act.target)
            case About.RAID:
                return self.world.books.members(act.target)
            case About.GROUP:
                return self._group(act.target)
            case About.CHOICE:
                chosen = {reply for one, reply in self.world.books.picks if one == act.target}
                return tuple(sorted({self.world.books.outbox[one].reply.sender for one in chosen}))
            case About.ACT:
                return self._touched(act.target)
            case About.FOUND:
                known = self.world.books.senders
                people = read_people(act.target)
                return tuple(one for one in people if one in known and known[one].messages)
            case _:
                return ()

    def _touched(self, act: str) -> tuple[SenderId, ...]:
        """Whom an act muted, held back or answered and who still are because of it."""
        books = self.world.books
        muted = {who for one, who in books.mutes if one == act}
        held = {books.outbox[reply].reply.sender for one, reply in books.delays if one == act}
        answered = {row.reply.sender for row in books.outbox.values() if row.waits and row.reply.event == act}
        return tuple(sorted(muted | held | answered))

    def newest(self, act: Act) -> Event | None:
        """What whoever an act answers wrote last, of the messages folded so far."""
        who = set(self.resolve(act)) if writes_to(act) else set()
        theirs = (one.event for one in reversed(self.told) if one.event.sender in who)
        return next((one for one in theirs if is_answerable(one)), None)

    def _group(self, named: str) -> tuple[SenderId, ...]:
        """Who of a group still waits: see `bridge.store.books.doubted`."""
        name = read_group(named)
        groups = self.groups(name.seen_at) if name else []
        events = {one for group in groups if name and group.key == name.key for one in group.members}
        rows = (row for row in self.world.books.outbox.values() if row.reply.event in events)
        still = (row for row in rows if row.progress is Progress.HELD and _is_doubted(row))
        return tuple(sorted({row.reply.sender for row in still}))

    def groups(self, seen_at: Micros) -> list[Group[EventId]]:
        """The groups of doubtful people at an instant, by their messages."""
        waited = (row for row in self.world.books.outbox.values() if self._waited(row, seen_at))
        events = {row.reply.event for row in waited}
        told = sorted((one for one in self.told if one.event.id in events), key=self._suspicion)[:MOST]
        return grouped(
            {one.event.id: one.event.what.text for one in told if isinstance(one.event.what, Message)}
        )

    def _waited(self, row: OutboxRow, seen_at: Micros) -> bool:
        books, left_at = self.world.books, self.world.provider.left_at.get(row.reply.id, 0)
        withdrawn = row.progress in WITHDRAWN and (row.settled_at or 0) > seen_at
        held = row.progress is Progress.HELD or left_at > seen_at or withdrawn
        since = any(one.at >= seen_at for (_, reply), one in books.picks.items() if reply == row.reply.id)
        known = books.decisions.get(row.reply.event)
        timely = known is not None and known.decided_at <= seen_at < row.reply.expires_at
        return timely and held and (since or _is_doubted(row))

    def _suspicion(self, told: Told) -> int:
        return self.world.books.decisions[told.event.id].suspicion or 0

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
        known = read_pseudonym(written)
        if known is not None:
            self.world.greet(known)
            return (known,)
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


def _is_doubted(row: OutboxRow) -> bool:
    return DOUBTFUL <= row.reply.rank < LAST
