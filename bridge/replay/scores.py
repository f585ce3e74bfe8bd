"""How a replay did against labels. Pure; a sender is the unit, whatever they wrote."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.heart.books import Books
from bridge.heart.case import Case
from bridge.heart.gates import GATES_OF_RULES, refusal
from bridge.model import DAY, HOUR, Event, Message, MicroEuros, Micros, SenderId, Verdict
from bridge.moderation.opt_out import wish_in, wish_of
from bridge.replay.rows import Row
from bridge.replay.trace import Label
from bridge.replay.world import World
from bridge.status import euros

SOON: Micros = HOUR
"""What counts as answered; later replies are counted apart."""

EventOf = Callable[[str], Event]
"""The event of a message, by its id in the trace."""

_RANK = {Verdict.ORDINARY: 0, Verdict.SUSPECT: 1, Verdict.RAIDER: 2}


@dataclass(slots=True)
class Scored:
    """One labelled sender."""

    verdict: Verdict = Verdict.ORDINARY
    """The worst that any of their rows says."""
    raider: bool = False
    """One of their messages is labelled so."""
    first_at: Micros | None = None
    fared: Sequence[str] = ()
    """What their first message counts as, unless they are a raider: one of a few, and shared."""
    cost: MicroEuros = 0
    replies: int = 0


@dataclass(slots=True)
class Scores:
    """The figures under `labels` of the summary, over rows that are each seen once."""

    world: World
    labels: Mapping[str, Label]
    event_of: EventOf
    senders: dict[SenderId, Scored] = field(default_factory=lambda: defaultdict(Scored))
    unlabelled: int = 0
    detection: "Detection" = field(init=False)
    _shared: dict[Sequence[str], Sequence[str]] = field(default_factory=dict)
    _empty: Books = field(init=False)
    """A world where nothing has ever happened: what the rules answer there, they answer at all."""

    def __post_init__(self) -> None:
        books = self.world.books
        self.detection = Detection(sorted(one.opened_at for one in books.raids.values()))
        self._empty = Books(responses=books.responses, seed=books.seed)

    def take(self, row: Row) -> None:
        """Counts a row."""
        label = self.labels.get(row.id)
        if label is None:
            self.unlabelled += 1
            return
        one = self.senders[row.sender]
        one.raider |= label == "raider"
        one.verdict = max(one.verdict, row.verdict, key=_RANK.__getitem__)
        one.cost += row.cost
        one.replies += row.reply_at is not None
        if one.first_at is None or row.at < one.first_at:
            fared = () if one.raider else self._fared(row)
            one.first_at, one.fared = row.at, self._shared.setdefault(fared, fared)
        if label == "raider":
            self.detection.take(row.at)

    def _fared(self, first: Row) -> Sequence[str]:
        """An ordinary sender's first message was answered in time, or later, or could have been."""
        waited = None if first.reply_at is None else first.reply_at - first.at
        today = ("today",) if waited is not None and waited <= DAY else ()
        if waited is not None and waited <= SOON:
            return (*today, "soon")
        if waited is None and not self._is_answerable(self.event_of(first.id)):
            return ()
        later = () if waited is None else ("later",)
        return (*today, *later, "short" if first.unpaid else "missed")

    def _is_answerable(self, event: Event) -> bool:
        if not isinstance(event.what, Message) or wish_of(event.what, wish_in(event.what.text)) is not None:
            return False
        sender = self._empty.sender(event.sender)
        case = Case(self._empty, event, event.what, sender, event.received_at)
        return refusal(case, GATES_OF_RULES) is None

    def plain(self) -> dict[str, Any]:
        """The figures; what cannot be told is `None`."""
        raiders = [one for one in self.senders.values() if one.raider]
        ordinary = [one for one in self.senders.values() if not one.raider]
        found = sum(one.verdict is Verdict.RAIDER for one in raiders)
        wrongly = sum(one.verdict is Verdict.RAIDER for one in ordinary)
        return {
            "precision": _share(found, found + wrongly),
            "recall": _share(found, len(raiders)),
            **_answered(ordinary),
            "raider_cost": euros(sum(one.cost for one in raiders)),
            "raider_replies": sum(one.replies for one in raiders),
            "raiders": len(raiders),
            "ordinary": len(ordinary),
            "unlabelled": self.unlabelled,
            "detection": self.detection.plain(),
            "confusion": {"ordinary": _verdicts(ordinary), "raider": _verdicts(raiders)},
        }


@dataclass(slots=True)
class Detection:
    """Raid messages, and seconds, from the first one to the first raid that opened afterwards."""

    opened: Sequence[Micros]
    """When each raid opened, in order."""
    first: Micros | None = None
    before: Counter[int] = field(default_factory=Counter)
    """How many raid messages came after one raid had opened and before the next had, or with it."""

    def take(self, at: Micros) -> None:
        """Counts a raid message."""
        self.first = at if self.first is None else min(self.first, at)
        self.before[bisect_left(self.opened, at)] += 1

    def plain(self) -> dict[str, Any]:
        """The figures; what cannot be told is `None`."""
        seen = None if self.first is None else bisect_left(self.opened, self.first)
        if self.first is None or seen is None or seen == len(self.opened):
            return {"messages": None, "seconds": None}
        messages = sum(count for place, count in self.before.items() if place <= seen)
        return {"messages": messages, "seconds": (self.opened[seen] - self.first) / 1_000_000}


def score(
    world: World, rows: Iterable[Row], event_of: EventOf, labels: Mapping[str, Label]
) -> dict[str, Any]:
    """The figures of some of the rows."""
    scores = Scores(world, labels, event_of)
    for row in rows:
        scores.take(row)
    return scores.plain()


def _answered(ordinary: Collection[Scored]) -> dict[str, Any]:
    """The share of ordinary senders whose first message was answered in time, of those who could be."""
    fared = Counter(what for one in ordinary for what in one.fared)
    everybody = fared["soon"] + fared["short"] + fared["missed"]
    return {
        "ordinary_answered_share": _share(fared["soon"], everybody),
        "ordinary_answered_share_within_a_day": _share(fared["today"], everybody),
        "ordinary_answered_share_in_the_end": _share(fared["soon"] + fared["later"], everybody),
        "ordinary_answered_share_while_the_pot_lasts": _share(fared["soon"], fared["soon"] + fared["missed"]),
        "ordinary_refused_by_the_pot": fared["short"],
    }


def _verdicts(senders: Collection[Scored]) -> dict[str, int]:
    return {verdict.value: sum(one.verdict is verdict for one in senders) for verdict in Verdict}


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
