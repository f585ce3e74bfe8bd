"""Register: a change in the share of people whose first text is abusive.

Sees many fresh senders who insult, no two alike, by how far the share of abusive first texts rises above
what is usual here. Cannot see a raid that writes politely, nor quickly one that is a small part of what
arrives. Only first texts count, so one angry person counts once, however much they write.

The test is a CUSUM (Page, 1954) on the log-likelihood ratio of two shares: the usual one, learned on calm
days, and one that is clearly higher. It keeps the delay as short as it can be for a given rate of false
alarms, and tells since when the share has been high.

Measured (docs/benchmark.md, scenarios 3, 4 and 11): insults from fresh numbers are seen after ten to fifteen,
also where they are a fifth of what arrives. How many of those who insult once are caught depends on their
texts, and on how large a part of what arrives they are.
"""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from math import log

from bridge.model import SenderId
from bridge.noun import Noun
from bridge.raid.histogram import Histogram
from bridge.raid.odds import FEWEST, LIKELY, NEWEST, Mix, bar_of, tells
from bridge.raid.sighting import Finding, Sighting
from bridge.reasons import Why, because

ABUSIVE = 0.02
"""A text counts as abusive when it looks more so than all but this share of ordinary first texts."""

DOUBTFUL = 0.03
"""And as doubtful, when all but this share do not look so, until the mix tells more."""

STRICT = 0.005
"""What a later text of somebody counts as abusive by: whoever was hurt answers angrily."""

SHIELDED = 0.10
"""What counts as abusive behind a shield."""

ALARM = 12.0
"""Height of the CUSUM that is an alarm, when it rises within `_SOON` first texts."""

LATE_ALARM = 16.0
"""And whenever it rises: no more is asked for however long it takes."""

_SOON, _SLOPE = 20, 0.08
"""What more is asked for with each text after the first so many. Chance climbs slowly: three in four of the
alarms that it makes at 12 take more than 60 texts, where a raid that is most of what arrives takes about 20.
So a quick raid is seen as soon as ever, and chance needs some 30 times as many texts: where 3 in 100 are
rough, one alarm in 140 million first texts, not in 5 (summed over all that may come, not drawn)."""

_KNOWN = 500
"""First texts on calm days by which it is known what is usual. Until then more is taken to be than there is,
which keeps chance away as well: a number that is raided in its first days needs no more than ever."""

_CEILING = 1.2 * ALARM
"""How high it stands at most after an alarm: from there it is calm again after about 80 ordinary texts."""

_ASSUMED_ABUSIVE, _ASSUMED = 5, 60
"""Before anybody wrote, one in twelve is taken to be abusive: at first the test is slow to judge."""

_ROUGHEST = 0.3
"""However rough it was, no larger share is taken to be usual: the test would see nothing any more."""

_ANEW = 20
"""After so many more people what follows from what is usual is worked out anew."""

_LAG = 100
"""First texts that wait before they count as usual: those just before an alarm were none."""

ABUSE = "abuse"
"""The key of the one cluster that abusive senders make."""

WINDOW = 2_000
"""First texts that are remembered, for hindsight. Memory: about 200 bytes each."""


class First(Noun):
    """The first text of somebody."""

    number: int
    sender: SenderId
    suspicion: int


@dataclass(slots=True)
class Register:
    """The share of abusive first texts, and what is usual."""

    usual: Histogram = field(default_factory=Histogram)
    height: float = 0.0
    alarmed: bool = False
    """From an alarm until the share is halfway back to what is usual."""
    number: int = 0
    since: int = 0
    """The newest first text at which nothing spoke for a change."""
    recent: deque[First] = field(default_factory=lambda: deque(maxlen=WINDOW))
    mix: Mix = field(default_factory=lambda: Mix(WINDOW))
    """Of those, what came since things are no longer as usual."""
    newest: Mix = field(default_factory=lambda: Mix(NEWEST))
    """Of the mix, what tells how it is now."""
    waiting: deque[int] = field(default_factory=deque)
    """Suspicions that are not yet counted as usual."""
    settled: Histogram = field(default_factory=Histogram)
    """What is usual as it stood when it was last taken stock of, which is now and then."""
    _bars: dict[float, int] = field(default_factory=dict)
    _shares: tuple[float, float] | None = None
    """What follows from that: the same whenever it is first asked for."""
    _doubtful: tuple[tuple[int, int, float], int] | None = None
    """The newest answer of `doubtful`, and what it follows from."""

    def bar(self, share: float) -> int:
        """The suspicion that all but `share` of ordinary people stay below."""
        if share not in self._bars:
            self._bars[share] = self.settled.exceeded_by(share)
        return self._bars[share]

    def doubtful(self, pays: float) -> int:
        """The suspicion from which on there are more than `pays` raiders to one ordinary person."""
        if self._doubtful is None or self._doubtful[0] != (self.number, self.since, pays):
            mixed = len(self.mix) >= FEWEST
            bar = bar_of(self.mix, self.usual, pays) if mixed else self.bar(DOUBTFUL)
            self._doubtful = (self.number, self.since, pays), bar
        return self._doubtful[1]

    def tells(self, suspicion: int) -> bool:
        """Whether a text alone is reason enough to call its sender a raider: a raid that is a small part of
        what arrives leaves too many rough but ordinary people among those who write like that."""
        return len(self.mix) < FEWEST or tells(suspicion, self.newest, self.usual)

    @property
    def rising(self) -> bool:
        """Whether it looks as if a raid might be beginning, or were not over yet."""
        return self.height >= ALARM / 2

    def look(self, sighting: Sighting, *, raid: bool) -> Finding | None:
        """Who takes part in a raid, in hindsight, once the share of abusive first texts is too high.

        Once for each raid: where one fell quiet and abuse comes again, the height has nothing to climb.
        """
        bar = self.bar(ABUSIVE)
        if not sighting.first or sighting.suspicion < bar or (self.alarmed and raid):
            return None
        if self._risen(sighting.suspicion) < self._alarm():
            return None
        likely = {
            one.sender: one.suspicion
            for one in self.recent
            if one.number > self.since and one.suspicion >= bar
        } | {sighting.sender: sighting.suspicion}
        members = tuple(sorted(self._sure(likely)))
        newest = self.number + 1 - self.since
        reason = because(Why.ABUSE_RISES, abusive=len(likely), newest=newest)
        return Finding("register", ABUSE, members, len(members), reason)

    def _sure(self, likely: Mapping[SenderId, int]) -> Collection[SenderId]:
        """Those whose text is reason enough. Where a raid is a small part of what arrives it may be
        nobody's; the raid is seen all the same, and whoever wrote most abusively stands for all."""
        if len(self.mix) < FEWEST:
            return likely
        sure = [one for one, suspicion in likely.items() if tells(suspicion, self.mix, self.usual, LIKELY)]
        return sure or [max(likely, key=lambda sender: (likely[sender], sender))]

    def add(self, sighting: Sighting, *, calm: bool) -> None:
        """Takes the message in; what is usual is learned from it only if it comes on a calm day."""
        if not sighting.first:
            return
        self.number += 1
        first = First(self.number, sighting.sender, sighting.suspicion)
        self.recent.append(first)
        self._count(first)
        self.learn(sighting.suspicion, calm=calm)

    def suspected(self) -> set[SenderId]:
        """Everybody who counts towards a change, while one stirs."""
        return {one.sender for one in self.recent if one.number > self.since} if self.rising else set()

    def explain(self, senders: Collection[SenderId]) -> None:
        """Leaves out those whom another technique gave away: what they write says nothing of the others.

        Otherwise a raid of pastes would make everybody's rough words count.
        """
        kept = [one for one in self.recent if one.sender not in senders]
        if len(kept) == len(self.recent):
            return
        self.recent, self._doubtful = deque(kept, maxlen=WINDOW), None
        self._begin(kept[0].number - 1 if kept else self.number)
        for first in kept:
            self._count(first)

    def reset(self) -> None:
        """Begins anew, after a false alarm."""
        self.recent.clear()
        self._begin(self.number)

    def _count(self, first: First) -> None:
        height = self._risen(first.suspicion)
        self.alarmed = height >= (ALARM / 2 if self.alarmed else self._alarm())
        self.height = min(_CEILING, height) if self.alarmed else height
        if self.height <= 0.0:
            self._begin(first.number)
            return
        self.mix.add(first.suspicion)
        self.newest.add(first.suspicion)

    def _begin(self, since: int) -> None:
        """Nothing speaks for a change up to there; without height there is no alarm."""
        self.height, self.since, self.alarmed = 0.0, since, False
        self.mix.clear()
        self.newest.clear()

    def learn(self, suspicion: int, *, calm: bool) -> None:
        """Counts a first text as usual, later, unless the calm ends before."""
        if not calm:
            self.waiting.clear()
            return
        self.waiting.append(suspicion)
        if len(self.waiting) > _LAG:
            self.usual.count(self.waiting.popleft())
            if self.usual.seen % _ANEW == 0:
                self.settled, self._bars, self._shares = self.usual.copy(), {}, None

    def _alarm(self) -> float:
        """The height that is an alarm with the next text, which grows with how many it took."""
        if self.alarmed or self.settled.seen < _KNOWN:
            return ALARM
        return min(LATE_ALARM, ALARM + _SLOPE * max(0, len(self.mix) + 1 - _SOON))

    def _risen(self, suspicion: int) -> float:
        """The height with this text."""
        if self._shares is None:
            self._shares = self._worked_out()
        usual, raised = self._shares
        if suspicion >= self.bar(ABUSIVE):
            return self.height + log(raised / usual)
        return self.height + log((1 - raised) / (1 - usual))

    def _worked_out(self) -> tuple[float, float]:
        """The usual share of abusive first texts, and the raised one that it is tested against."""
        seen = self.settled.seen
        abusive = self.settled.share_above(self.bar(ABUSIVE)) * seen
        usual = min(_ROUGHEST, (abusive + _ASSUMED_ABUSIVE) / (seen + _ASSUMED))
        return usual, usual + max(0.10, 1.5 * usual)
