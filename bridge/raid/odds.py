"""How many raiders come with one ordinary person, estimated from the mix that arrives. Pure.

What is usual on calm days tells how ordinary people's texts spread over suspicion. While a raid is on, a
mix arrives; its least suspicious half is nearly all ordinary people, so that their number follows, and with
it, for every suspicion, how many raiders come with each of them. Where there are more than one is ready to
pay for, people wait: docs/money.md. Where they are nearly all raiders, people are called so.
"""

from collections.abc import Sequence
from math import sqrt

from bridge.raid.histogram import Histogram

FEWEST = 60
"""First texts below which a mix says little."""

_BAND = 50
"""Per mille of suspicion that are looked at together."""

_BANDS = 1000 // _BAND + 1

_HALF = 0.5

PRECISE = 0.97
"""Of those whom their text alone accuses, so many must take part."""

NEWEST = 400
"""First texts that tell how it is now: by night ordinary people sleep, and a raid is a larger share."""


def bar_of(mix: Sequence[int], usual: Histogram, pays: float) -> int:
    """The suspicion (per mille) from which on more than `pays` raiders come with each ordinary person.

    `mix`: suspicions of the first texts that came since things are no longer as usual. Of all bars, the one
    behind which most is kept back that is not worth its price.
    """
    counts, shares = _banded(mix, usual)
    people = _people(counts, shares)
    best, gained, bar = 0.0, 0.0, _BANDS
    for band in reversed(range(_BANDS)):
        gained += counts[band] - (1 + pays) * people * shares[band]
        if gained > best:
            best, bar = gained, band
    return bar * _BAND


def tells(suspicion: int, mix: Sequence[int], usual: Histogram) -> bool:
    """Whether nearly all who write at least so abusively in the newest of a mix take part.

    How many ordinary people write like that is known from those who did on calm days: of few, so little is
    known that two standard deviations more are assumed.
    """
    now = mix[-NEWEST:]
    above = sum(one >= suspicion for one in now)
    share = usual.share_above(suspicion)
    most = share + 2 * sqrt(share / sum(usual.counts))
    return _people(*_banded(now, usual)) * most <= (1 - PRECISE) * above


def _banded(mix: Sequence[int], usual: Histogram) -> tuple[Sequence[int], Sequence[float]]:
    """How many of the mix, and which share of ordinary people, stand in each band."""
    shares = [usual.share_between(band * _BAND, (band + 1) * _BAND) for band in range(_BANDS)]
    counts = [0] * _BANDS
    for suspicion in mix:
        counts[suspicion // _BAND] += 1
    return counts, shares


def _people(counts: Sequence[int], shares: Sequence[float]) -> float:
    """How many of the mix are ordinary people: as many as its least suspicious half speaks for."""
    seen, share = 0, 0.0
    for count, usual in zip(counts, shares, strict=True):
        if share >= _HALF:
            break
        seen, share = seen + count, share + usual
    return seen / share
