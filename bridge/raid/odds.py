"""How many raiders come with one ordinary person, estimated from the mix that arrives. Pure.

What is usual on calm days tells how ordinary people's texts spread over suspicion. While a raid is on, a
mix arrives; its least suspicious half is nearly all ordinary people, so that their number follows, and with
it, for every suspicion, how many raiders come with each of them. Where there are more than one is ready to
pay for, people wait: docs/money.md. Where they are nearly all raiders, people are called so.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

from bridge.raid.histogram import Histogram

FEWEST = 60
"""First texts below which a mix says little."""

BAND = 50
"""Per mille of suspicion that are looked at together."""

BANDS = 1000 // BAND + 1

_HALF = 0.5

PRECISE = 0.97
"""Of those whom their text alone accuses, so many must take part."""

LIKELY = 0.75
"""The same of those by whom a raid is seen. Ordinary people are reckoned at their most: where it is so many,
it is nearly all in truth."""

NEWEST = 400
"""First texts that tell how it is now: by night ordinary people sleep, and a raid is a larger share."""


@dataclass(slots=True)
class Mix:
    """Suspicions of the newest first texts, counted as they come: each message asks what they are."""

    most: int
    suspicions: deque[int] = field(default_factory=deque)
    counts: list[int] = field(default_factory=lambda: [0] * BANDS)
    """How many of them stand in each band."""

    def add(self, suspicion: int) -> None:
        """Takes one in; the oldest goes where there are more than `most`."""
        self.suspicions.append(suspicion)
        self.counts[suspicion // BAND] += 1
        if len(self.suspicions) > self.most:
            self.counts[self.suspicions.popleft() // BAND] -= 1

    def clear(self) -> None:
        """Begins anew."""
        self.suspicions.clear()
        self.counts = [0] * BANDS

    def __len__(self) -> int:
        return len(self.suspicions)


def bar_of(mix: Mix, usual: Histogram, pays: float) -> int:
    """The suspicion (per mille) from which on more than `pays` raiders come with each ordinary person.

    `mix`: what came since things are no longer as usual. Of all bars, the one behind which most is kept back
    that is not worth its price.
    """
    shares = usual.bands(BAND)
    people = _people(mix.counts, shares)
    best, gained, bar = 0.0, 0.0, BANDS
    for band in reversed(range(BANDS)):
        gained += mix.counts[band] - (1 + pays) * people * shares[band]
        if gained > best:
            best, bar = gained, band
    return bar * BAND


def tells(suspicion: int, newest: Mix, usual: Histogram, precise: float = PRECISE) -> bool:
    """Whether nearly all who write at least so abusively in the newest of a mix take part.

    How many ordinary people write like that is known from those who did on calm days: of few, so little is
    known that two standard deviations more are assumed.
    """
    above = sum([one >= suspicion for one in newest.suspicions])
    share = usual.share_above(suspicion)
    most = share + 2 * sqrt(share / sum(usual.counts))
    return _people(newest.counts, usual.bands(BAND)) * most <= (1 - precise) * above


def _people(counts: Sequence[int], shares: Sequence[float]) -> float:
    """How many of the mix are ordinary people: as many as its least suspicious half speaks for."""
    seen, share = 0, 0.0
    for count, usual in zip(counts, shares, strict=True):
        if share >= _HALF:
            break
        seen, share = seen + count, share + usual
    return seen / share
