"""What the team's room would have been given: posts outside threads, and edits, at the feed loop's pace.

The day's card stands from the first look of each day, a raid's from its opening until half a day after
it last grew. A card changes with every message, and once more each time one moves a bar back in its
picture of the last hour; while something moves, "as of" is brought up to date at least each minute.
Pure. The rhythm is that of `bridge.cards.pace`; a call is taken to succeed at once.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain, islice
from zoneinfo import ZoneInfo

from bridge.cards.pace import FRESH, LONGEST_REST, PACE
from bridge.days import day_of, midnight
from bridge.model import DAY, HOUR, MINUTE, SECOND, Micros
from bridge.noun import Noun
from bridge.replay.episodes import Episode

_BAR: Micros = 5 * MINUTE
_BARS = range(0, HOUR + _BAR, _BAR)
_BLOCK: Micros = 12 * HOUR
_KEPT = 2
_REMEMBERED: Micros = DAY // 2
_REST: Micros = round(LONGEST_REST * SECOND)
_PACE: Micros = round(PACE * SECOND)


class Posted(Noun):
    """How often the room was called, threads apart."""

    posts: int
    edits: int


@dataclass(slots=True)
class _Card:
    begins_at: Micros
    ends_at: Micros
    shown_at: Micros | None = None


@dataclass(slots=True)
class _Changes:
    """The instants at which a card that lives says something new."""

    messages: Sequence[Micros]
    _blocks: dict[Micros, Sequence[Micros]] = field(default_factory=dict)
    """Those of the hours that were looked at last."""

    def after(self, instant: Micros) -> Micros | None:
        """The next change after an instant."""
        change = self._next(instant)
        stale = instant + FRESH + SECOND
        return min(change, stale) if change is not None and self._lives(stale) else change

    def _next(self, instant: Micros) -> Micros | None:
        begin = instant - instant % _BLOCK
        while (place := bisect_right(block := self._block(begin), instant)) == len(block):
            begin += _BLOCK
            coming = bisect_left(self.messages, begin - HOUR)
            if coming == len(self.messages):
                return None
            begin = max(begin, self.messages[coming] - self.messages[coming] % _BLOCK)
        return block[place]

    def _block(self, begin: Micros) -> Sequence[Micros]:
        """The changes within a few hours: those of all the time would be too many."""
        if begin not in self._blocks:
            if len(self._blocks) == _KEPT:
                del self._blocks[min(self._blocks)]
            self._blocks[begin] = self._changes(begin, begin + _BLOCK)
        return self._blocks[begin]

    def _changes(self, begin: Micros, end: Micros) -> Sequence[Micros]:
        """Bars move for an hour after each message; to the second is as close as the feed looks."""
        first, last = (bisect_left(self.messages, at) for at in (begin - HOUR, end))
        near = self.messages[first:last]
        seconds = {(at + bar) // SECOND for at in near for bar in _BARS if begin <= at + bar < end}
        return [second * SECOND for second in sorted(seconds)]

    def _lives(self, instant: Micros) -> bool:
        place = bisect_right(self.messages, instant)
        return place > 0 and instant - self.messages[place - 1] < HOUR


def feed(messages: Sequence[Micros], episodes: Sequence[Episode], zone: ZoneInfo) -> Posted:
    """Counts the calls from the first message (sorted instants) to an hour after the last."""
    if not messages:
        return Posted(0, 0)
    raids, days = [_raid(one) for one in episodes], _days(messages[0], messages[-1], zone)
    calls = _calls(raids, deque(days), _Changes(messages), messages[0], messages[-1] + HOUR)
    posts = sum(card.shown_at is not None for card in (*raids, *days))
    return Posted(posts, calls - posts)


def _calls(raids: Sequence[_Card], days: deque[_Card], changes: _Changes, now: Micros, end: Micros) -> int:
    calls = 0
    while now <= end:
        while days and days[0].ends_at <= now:
            days.popleft()
        card, due_at = _next(raids, days, changes, now)
        if card is None or due_at > end:
            break
        if due_at > now:
            now += -(-(due_at - now) // _REST) * _REST
        card.shown_at = now
        calls += 1
        now += _PACE
    return calls


def _next(
    raids: Iterable[_Card], days: Iterable[_Card], changes: _Changes, now: Micros
) -> tuple[_Card | None, Micros]:
    """The first card, the most urgent first, that wants a call soonest; what is overdue is due now.

    Of the days it can only be the first that wants one: a trace may be of a hundred years.
    """
    first: tuple[_Card | None, Micros] = None, 0
    wanting_days = (due for card in days if (due := _due(card, changes, now)))
    for due in chain((due for card in raids if (due := _due(card, changes, now))), islice(wanting_days, 1)):
        if first[0] is None or due[1] < first[1]:
            first = due
        if due[1] <= now:  # nothing comes sooner
            break
    return first


def _due(card: _Card, changes: _Changes, now: Micros) -> tuple[_Card, Micros] | None:
    """When a card wants its next call; `None` where that is never."""
    if card.ends_at <= now:
        return None
    wanted = card.begins_at if card.shown_at is None else changes.after(card.shown_at)
    if wanted is None or wanted >= card.ends_at:
        return None
    return card, max(wanted, now)


def _raid(episode: Episode) -> _Card:
    return _Card(episode.raid.opened_at, episode.raid.grown_at + _REMEMBERED)


def _days(first: Micros, last: Micros, zone: ZoneInfo) -> list[_Card]:
    """One card for each day by the clock on the wall, quiet ones too."""
    day = day_of(first, zone)
    cards: list[_Card] = []
    begin = midnight(day, zone)
    while begin <= last:
        day += timedelta(days=1)
        end = midnight(day, zone)
        cards.append(_Card(max(begin, first), end))
        begin = end
    return cards
