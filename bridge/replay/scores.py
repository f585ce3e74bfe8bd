"""How a replay did against labels. Pure; a sender is the unit, whatever they wrote."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.heart.books import Books
from bridge.heart.case import Case
from bridge.heart.gates import GATES_OF_RULES, refusal
from bridge.model import DAY, HOUR, MINUTE, Event, Message, Micros, Progress, SenderId, Verdict
from bridge.moderation.opt_out import wish_of
from bridge.pot import LIMITS
from bridge.replay.rows import Row
from bridge.replay.trace import Label
from bridge.replay.world import World
from bridge.status import euros

SOON: Micros = HOUR
"""What counts as answered; later replies are counted apart."""

_RANK = {Verdict.ORDINARY: 0, Verdict.SUSPECT: 1, Verdict.RAIDER: 2}


@dataclass(slots=True)
class Scored:
    """One labelled sender."""

    rows: list[Row] = field(default_factory=list)
    raider: bool = False
    """One of their messages is labelled so."""

    @property
    def verdict(self) -> Verdict:
        """The worst that any of their rows says."""
        return max((row.verdict for row in self.rows), key=_RANK.__getitem__)

    def first(self) -> Row:
        """Their first message."""
        return min(self.rows, key=lambda row: row.at)


def score(
    world: World, rows: Sequence[Row], events: Mapping[str, Event], labels: Mapping[str, Label]
) -> dict[str, Any]:
    """The figures under `labels` of the summary; what cannot be told is `None`."""
    senders = _by_sender(rows, labels)
    raiders = [one for one in senders.values() if one.raider]
    ordinary = [one for one in senders.values() if not one.raider]
    found = sum(one.verdict is Verdict.RAIDER for one in raiders)
    wrongly = sum(one.verdict is Verdict.RAIDER for one in ordinary)
    replies = [row for one in raiders for row in one.rows if row.reply_at is not None]
    return {
        "precision": _share(found, found + wrongly),
        "recall": _share(found, len(raiders)),
        **_answered(world, ordinary, events),
        "raider_cost": euros(sum(row.cost for row in replies)),
        "raider_replies": len(replies),
        "raiders": len(raiders),
        "ordinary": len(ordinary),
        "unlabelled": sum(row.id not in labels for row in rows),
        "detection": _detection(world, rows, labels),
        "confusion": {"ordinary": _verdicts(ordinary), "raider": _verdicts(raiders)},
    }


def _by_sender(rows: Sequence[Row], labels: Mapping[str, Label]) -> dict[SenderId, Scored]:
    senders: dict[SenderId, Scored] = defaultdict(Scored)
    for row in rows:
        if row.id in labels:
            one = senders[row.sender]
            one.rows.append(row)
            one.raider |= labels[row.id] == "raider"
    return senders


def _answered(world: World, ordinary: Sequence[Scored], events: Mapping[str, Event]) -> dict[str, Any]:
    """The share of ordinary senders whose first message was answered in time, of those who could be."""
    empty = Books(responses=world.books.responses, seed=world.books.seed)
    soon, today, later, short, missed = 0, 0, 0, 0, 0
    for one in ordinary:
        first = one.first()
        today += first.reply_at is not None and first.reply_at - first.at <= DAY
        if first.reply_at is not None and first.reply_at - first.at <= SOON:
            soon += 1
        elif first.reply_at is not None or _is_answerable(empty, events[first.id]):
            later += first.reply_at is not None
            for_money = _for_money(world, first, events[first.id])
            short, missed = short + for_money, missed + (not for_money)
    everybody = soon + short + missed
    return {
        "ordinary_answered_share": _share(soon, everybody),
        "ordinary_answered_share_within_a_day": _share(today, everybody),
        "ordinary_answered_share_in_the_end": _share(soon + later, everybody),
        "ordinary_answered_share_while_the_pot_lasts": _share(soon, soon + missed),
        "ordinary_refused_by_the_pot": short,
    }


def _for_money(world: World, first: Row, event: Event) -> bool:
    """Whether it was for want of money that somebody was not answered within the hour."""
    if not LIMITS.isdisjoint(reason.code for reason in first.reasons):
        return True
    reply = world.books.decisions[event.id].reply
    row = world.books.outbox.get(reply) if reply else None
    if row is None or row.progress is Progress.CANCELLED:
        return False
    left_at = world.provider.left_at.get(row.reply.id, row.reply.expires_at)
    return left_at - row.reply.due_at > MINUTE


def _is_answerable(empty: Books, event: Event) -> bool:
    """Whether the rules answer a message at all: in a world where nothing has ever happened."""
    if not isinstance(event.what, Message) or wish_of(event.what) is not None:
        return False
    case = Case(empty, event, event.what, empty.sender(event.sender), event.received_at)
    return refusal(case, GATES_OF_RULES) is None


def _detection(world: World, rows: Sequence[Row], labels: Mapping[str, Label]) -> dict[str, Any]:
    """Raid messages, and seconds, from the first one to the first raid that opened afterwards."""
    raid_at = sorted(row.at for row in rows if labels.get(row.id) == "raider")
    opened = sorted(one.opened_at for one in world.books.raids.values())
    seen = next((at for at in opened if raid_at and at >= raid_at[0]), None)
    if seen is None:
        return {"messages": None, "seconds": None}
    return {"messages": sum(at <= seen for at in raid_at), "seconds": (seen - raid_at[0]) / 1_000_000}


def _verdicts(senders: Sequence[Scored]) -> dict[str, int]:
    return {verdict.value: sum(one.verdict is verdict for one in senders) for verdict in Verdict}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
