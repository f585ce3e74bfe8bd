"""What the pictures show: counts and sums over equal stretches of time."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from zoneinfo import ZoneInfo

from bridge.days import day_of, midnight
from bridge.model import DAY, HOUR, MINUTE, MicroEuros, Micros, Posture, Stance, Verdict
from bridge.noun import Noun
from bridge.reasons import Reason, Why, because
from bridge.replay.rows import Row
from bridge.replay.trace import Label
from bridge.saved import ByHour

_STRETCHES = (*(n * MINUTE for n in (1, 2, 5, 10, 15, 30)), *(n * HOUR for n in (1, 2, 3, 6, 12)), DAY)
_NOTHING: ByHour = {}
_MOST = 120
"""Bars in a picture."""


@dataclass(slots=True)
class Bucket:
    """One stretch of time."""

    begin: Micros
    verdicts: dict[Verdict, int]
    replies: int = 0
    on_ordinary: MicroEuros = 0
    on_raiders: MicroEuros = 0
    inbound: MicroEuros = 0
    saved: MicroEuros = 0
    """What the same rules would have paid beyond, without detector and team."""

    @property
    def messages(self) -> int:
        """All that arrived."""
        return sum(self.verdicts.values())


class Series(Noun):
    """Equal stretches, one after the other, without gaps."""

    length: Micros
    buckets: Sequence[Bucket]
    zone: ZoneInfo

    @property
    def begin(self) -> Micros:
        """When the first stretch begins."""
        return self.buckets[0].begin

    @property
    def end(self) -> Micros:
        """When the last stretch ends."""
        return self.buckets[-1].begin + self.length


class Span(Noun):
    """A posture while it lasted."""

    posture: Posture
    begin: Micros
    end: Micros
    reason: Reason


def series(
    rows: Collection[Row], labels: Mapping[str, Label] | None, zone: ZoneInfo, saved: ByHour = _NOTHING
) -> Series | None:
    """Counts the rows; `None` where there are none. Money on raiders goes by label where there are labels."""
    if not rows:
        return None
    first, last = _stretch(rows)
    length = next((one for one in _STRETCHES if last - first < _MOST * one), 7 * DAY)
    origin = midnight(day_of(first, zone), zone)
    start, stop = (first - origin) // length, (last - origin) // length
    buckets = [Bucket(origin + place * length, dict.fromkeys(Verdict, 0)) for place in range(start, stop + 1)]
    for row in rows:
        _count(row, buckets, length, raider=_is_raider(row, labels))
    for hour, amount in saved.items():
        buckets[min(max(0, (hour - buckets[0].begin) // length), len(buckets) - 1)].saved += amount
    return Series(length, buckets, zone)


def _stretch(rows: Iterable[Row]) -> tuple[Micros, Micros]:
    """From the first message to the last, or to the last reply; the rows are looked through once."""
    instants = ((row.at, max(row.at, row.reply_at or 0)) for row in rows)
    return reduce(lambda span, one: (min(span[0], one[0]), max(span[1], one[1])), instants)


def postures(stances: Sequence[Stance], begin: Micros, end: Micros) -> Iterator[Span]:
    """The postures one after the other, from `begin` to `end`; it begins calm."""
    begins = [Stance(Posture.CALM, begin, because(Why.BEGINNING)), *stances]
    for place, stance in enumerate(begins):
        until = begins[place + 1].since if place + 1 < len(begins) else end
        since, until = max(stance.since, begin), min(until, end)
        if since < until:
            yield Span(stance.posture, since, until, stance.reason)


def _is_raider(row: Row, labels: Mapping[str, Label] | None) -> bool:
    return row.verdict is Verdict.RAIDER if labels is None else labels.get(row.id) == "raider"


def _count(row: Row, buckets: Sequence[Bucket], length: Micros, *, raider: bool) -> None:
    arrived = buckets[(row.at - buckets[0].begin) // length]
    arrived.verdicts[row.verdict] += 1
    arrived.inbound += row.inbound
    if row.reply_at is not None:
        left = buckets[(row.reply_at - buckets[0].begin) // length]
        left.replies += 1
        left.on_raiders += row.cost if raider else 0
        left.on_ordinary += 0 if raider else row.cost
