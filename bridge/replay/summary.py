"""The summary of a replay, in the shape that its readers rely on: euros, ISO 8601. Pure.

Each row is looked at once, and not kept: there may be millions.
"""

from array import array
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.clock import iso
from bridge.heart.acts.shared import stretch
from bridge.model import HOUR, Action, MicroEuros, Micros, SenderId, Stance
from bridge.replay.episodes import Episode, episodes, stances_since
from bridge.replay.feed import feed
from bridge.replay.rows import Row
from bridge.replay.saved import together, withheld
from bridge.replay.scores import EventOf, Scores
from bridge.replay.trace import Label
from bridge.replay.world import World
from bridge.saved import ByHour
from bridge.status import euros
from bridge.wording import ENGLISH, for_json


def summarise(
    world: World,
    rows: Iterable[Row],
    event_of: EventOf,
    labels: Mapping[str, Label] | None,
    since: Micros = 0,
) -> dict[str, Any]:
    """Everything that is counted over the rows of one replay, and told from an instant on."""
    summing = Summing(world, event_of, labels, since)
    deque(summing.passing(rows), maxlen=0)
    return summing.plain()


class Summing:
    """A summary in the making, once the clock has run out."""

    def __init__(
        self, world: World, event_of: EventOf, labels: Mapping[str, Label] | None, since: Micros = 0
    ) -> None:
        """With labels there are scores. Of a raid that goes on at `since`, all counts."""
        self._world, self._found = world, episodes(world, since)
        self._counts = Counts([_of_one(one) for one in self._found], since)
        self._scores = None if labels is None else Scores(world, labels, event_of)

    def passing(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Each row, counted as it passes."""
        for row in rows:
            self._counts.take(row)
            if self._scores:
                self._scores.take(row)
            yield row

    def plain(self) -> dict[str, Any]:
        """The summary of all that have passed."""
        summary = _counted(self._world, self._found, self._counts)
        return summary if self._scores is None else summary | {"labels": self._scores.plain()}


@dataclass(slots=True)
class OfRaid:
    """What one raid's people sent, and got, while it lasted."""

    gathered: set[SenderId]
    begin: Micros
    end: Micros
    messages: int = 0
    spent: MicroEuros = 0
    wrote: set[SenderId] = field(default_factory=set)
    """Who of them sent those."""

    def take(self, row: Row) -> None:
        """Counts a row, if it is one of these."""
        if self.begin <= row.at <= self.end and row.sender in self.gathered:
            self.messages += 1
            self.spent += row.cost
            self.wrote.add(row.sender)


@dataclass(slots=True)
class Counts:
    """What is counted row by row."""

    raids: Sequence[OfRaid]
    since: Micros = 0
    """What came before counts for its raid alone."""
    actions: Counter[Action] = field(default_factory=Counter)
    calls: int = 0
    full: MicroEuros = 0
    spent: Counter[Micros] = field(default_factory=Counter)
    """By the hour in which replies left."""
    inbound: Counter[Micros] = field(default_factory=Counter)
    instants: "array[int]" = field(default_factory=lambda: array("q"))
    """When each message came, at eight bytes each."""
    in_order: bool = True

    def take(self, row: Row) -> None:
        """Counts a row."""
        for raid in self.raids:
            raid.take(row)
        if row.at >= self.since:
            self._take(row)

    def _take(self, row: Row) -> None:
        self.actions[row.action] += 1
        self.calls += row.call
        self.full += row.full
        self.in_order &= not self.instants or self.instants[-1] <= row.at
        self.instants.append(row.at)
        self.inbound[row.at // HOUR] += row.inbound
        if row.reply_at is not None:
            self.spent[row.reply_at // HOUR] += row.cost

    def by_time(self) -> Sequence[Micros]:
        """The instants in order of time."""
        return self.instants if self.in_order else array("q", sorted(self.instants))


def _of_one(episode: Episode) -> OfRaid:
    return OfRaid(episode.gathered(), *stretch(episode.raid))


def _counted(world: World, found: Sequence[Episode], counts: Counts) -> dict[str, Any]:
    instants, zone = counts.by_time(), world.books.responses.zone
    kept_back = [withheld(world, one) for one in found]
    posted = feed(instants, found, zone)
    return {
        "messages": len(instants),
        **({"calls": counts.calls} if counts.calls else {}),
        **{action.value: counts.actions[action] for action in Action},
        "spent": euros(counts.spent.total()),
        "inbound_cost": euros(counts.inbound.total()),
        "replying_to_all": euros(counts.full),
        "saved": _saved(world, kept_back),
        "raids": [
            _raid(one, mine, instants) | {"saved": _saved(world, [kept])}
            for one, mine, kept in zip(found, counts.raids, kept_back, strict=True)
        ],
        "feed": {"posts": posted.posts, "edits": posted.edits},
        "posture": [_stance(stance) for stance in stances_since(world, counts.since)],
        "money": _hours(counts),
    }


def _saved(world: World, kept_back: Iterable[ByHour]) -> float:
    return euros(sum(together(world, kept_back).values()))


def _raid(episode: Episode, counted: OfRaid, instants: Sequence[Micros]) -> dict[str, Any]:
    over = bool(instants) and episode.ends_at <= instants[-1]
    return {
        "id": episode.raid.id,
        "name": ENGLISH.raid(episode.raid.id),
        "opened_at": iso(episode.raid.opened_at),
        "opened_after_messages": episode.opened_after,
        "closed_at": iso(episode.ends_at) if over else None,
        "messages": counted.messages,
        "senders": len(counted.wrote),
        "spent": euros(counted.spent),
        "false_alarm": episode.false_alarm,
        **for_json(episode.raid.reasons),
        "clusters": [
            {"kind": kind, "senders": len(one.members), "messages": one.messages}
            for kind, one in sorted(episode.clusters, key=lambda found: (-found[1].messages, found[0]))
        ],
    }


def _stance(stance: Stance) -> dict[str, Any]:
    why = {"reason": ENGLISH.reason(stance.reason), **stance.reason.plain()}
    return {"posture": stance.posture.value, "since": iso(stance.since), **why}


def _hours(counts: Counts) -> list[dict[str, Any]]:
    """What each hour cost, those in which nothing happened left out."""
    spent, inbound = counts.spent, counts.inbound
    return [
        {"hour": iso(hour * HOUR), "spent": euros(spent[hour]), "inbound": euros(inbound[hour])}
        for hour in sorted({*spent, *inbound})
    ]
