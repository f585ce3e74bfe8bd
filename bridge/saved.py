"""What was saved: what the same rules would have paid without detector and team. Floor 1, pure; micro-euros.

Never what answering every message would have cost. Counted are replies that the rules had ready and that were
kept back because of a raid, or withdrawn by a mute of one of its members; each person once within
`reply_once_per`, and not who was answered after all, nor who wrote STOP before the reply was due, nor whose
reply was due when it was too late for it, behind quiet hours. Of these, what the pot could have paid beside
what it did pay: hour by hour, under the same limits. What a short `reply_once_per` would have sent to the
same person again is not counted: the figure is rather too low.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge import pot
from bridge.model import (
    BY_MUTE,
    DAY,
    HOUR,
    KEPT_BACK,
    MicroEuros,
    Micros,
    OutboxRow,
    Progress,
    Raid,
    Sender,
)
from bridge.noun import replace
from bridge.pot import Purse
from bridge.raid.posture import QUIET

if TYPE_CHECKING:
    from bridge.responses import Responses

ByHour = Mapping[Micros, MicroEuros]
"""Sums, by the instant at which an hour begins; hours in which there is nothing are left out."""


def hour_of(at: Micros) -> Micros:
    """When the hour of an instant begins."""
    return at - at % HOUR


def stretch(raid: Raid) -> tuple[Micros, Micros]:
    """From when to when what is kept back is kept back because of this raid: there is never more than one."""
    return raid.opened_at, raid.grown_at + QUIET


def spared(kept_back: ByHour, paid: ByHour, purse: Purse, responses: Responses, now: Micros) -> ByHour:
    """What could have been paid of `kept_back`, and when; by the hour in which each reply was due.

    `paid`: what was handed over in each hour, from a day before the first; `purse`: where the money stands.
    """
    if not kept_back:
        return {}
    first = min(kept_back)
    since = sum(amount for hour, amount in paid.items() if hour >= first)
    # A day that the team opened is the team's doing: without it the limits would have held.
    spent = max(0, purse.spent + purse.reserved - since)
    begun = replace(purse, spent=spent, reserved=0, opened_until=None)
    walk = _Walk(kept_back, paid, begun, responses, pot.left(purse, responses))
    for hour in range(first, hour_of(min(now, max(kept_back) + responses.answer_within)) + 1, HOUR):
        walk.pass_(hour)
    return walk.extra


@dataclass(slots=True)
class _Walk:
    """The same pot without detector and team, hour after hour."""

    kept_back: ByHour
    paid: ByHour
    purse: Purse
    """As it stands there when the next hour begins."""
    responses: Responses
    unpaid: MicroEuros
    """What it may pay in all beyond what was paid in truth: what is left there is not left here."""
    extra: dict[Micros, MicroEuros] = field(default_factory=dict)
    """What it pays beyond what was paid in truth."""
    waiting: list[tuple[Micros, MicroEuros]] = field(default_factory=list)
    """What it cannot pay yet, the newest last."""

    def pass_(self, hour: Micros) -> None:
        """Pays what the hour allows, the newest first; what waited for too long is given up."""
        oldest = hour - self.responses.answer_within
        self.waiting = [one for one in self.waiting if one[0] > oldest]
        if hour in self.kept_back:
            self.waiting.append((hour, self.kept_back[hour]))
        paid = self.paid.get(hour, 0)
        room = pot.payable(self._as_of(hour, paid), self.responses)
        extra = self._take(min(room, self.unpaid))
        if extra:
            self.extra[hour] = extra
        self.unpaid -= extra
        self.purse = replace(self.purse, spent=self.purse.spent + paid + extra)

    def _as_of(self, hour: Micros, paid: MicroEuros) -> Purse:
        """Where the money stands once the hour has paid what it paid in truth."""
        before = range(hour - DAY + HOUR, hour, HOUR)
        day = sum(self.paid.get(one, 0) + self.extra.get(one, 0) for one in before)
        return replace(self.purse, spent=self.purse.spent + paid, last_hour=paid, last_day=day + paid)

    def _take(self, room: MicroEuros) -> MicroEuros:
        left = room
        while self.waiting and left > 0:
            hour, amount = self.waiting.pop()
            taken = min(amount, left)
            left -= taken
            if taken < amount:
                self.waiting.append((hour, amount - taken))
        return room - left


def kept_back(
    members: Iterable[tuple[Sender, Sequence[OutboxRow]]], raid: Raid, once_per: Micros, now: Micros
) -> dict[Micros, MicroEuros]:
    """What was kept back because of a raid, by the hour in which it was due; `members`: with their replies.

    The store asks the same in SQL: `bridge.store.looks.saved`.
    """
    found: dict[Micros, MicroEuros] = {}
    for sender, mine in members if raid.ended_at is None else ():
        for row in mine:
            counts = _is_kept_back(row, raid, now) and not _has_left(sender, row.reply.due_at)
            if counts and not any(_instead(other, row, once_per) for other in mine):
                hour = hour_of(row.reply.due_at)
                found[hour] = found.get(hour, 0) + row.reply.price
    return found


def _is_kept_back(row: OutboxRow, raid: Raid, now: Micros) -> bool:
    begin, end = stretch(raid)
    withdrawn = row.progress is Progress.CANCELLED and row.error in (KEPT_BACK, BY_MUTE)
    in_time = row.reply.due_at <= now and row.reply.due_at < row.reply.expires_at
    return withdrawn and in_time and begin <= (row.settled_at or 0) <= end


def _has_left(sender: Sender, at: Micros) -> bool:
    """Whether they wrote STOP, or blocked us, by then."""
    return any(one is not None and one <= at for one in (sender.stopped_at, sender.blocked_at))


def _instead(other: OutboxRow, row: OutboxRow, once_per: Micros) -> bool:
    """Whether the rules would have sent another one to the same person, and so not this."""
    near = other is not row and abs(other.reply.due_at - row.reply.due_at) < once_per
    withdrawn = other.progress is Progress.CANCELLED and other.error in (KEPT_BACK, BY_MUTE)
    earlier = (other.reply.due_at, other.reply.id) < (row.reply.due_at, row.reply.id)
    return near and (other.paid or (withdrawn and earlier))
