"""How doubtful is too doubtful: raiders to one ordinary person, estimated from the mix that arrives. Pure.

What is usual on calm days tells how ordinary people's texts spread over suspicion. While a raid is on, a
mix arrives; its least suspicious half is nearly all ordinary people, so that their number follows, and with
it, for every suspicion, how many raiders come with each of them. Where there are more than one is ready to
pay for, people wait: docs/money.md.
"""

from collections.abc import Sequence

from bridge.raid.histogram import Histogram

FEWEST = 60
"""First texts below which a mix says little."""

_BAND = 50
"""Per mille of suspicion that are looked at together."""

_BANDS = 1000 // _BAND + 1

_HALF = 0.5


def bar_of(mix: Sequence[int], usual: Histogram, pays: float) -> int:
    """The suspicion (per mille) from which on more than `pays` raiders come with each ordinary person.

    `mix`: suspicions of the first texts that came since things are no longer as usual. Of all bars, the one
    behind which most is kept back that is not worth its price.
    """
    shares = [usual.share_between(band * _BAND, (band + 1) * _BAND) for band in range(_BANDS)]
    counts = [0] * _BANDS
    for suspicion in mix:
        counts[suspicion // _BAND] += 1
    people = _people(counts, shares)
    best, gained, bar = 0.0, 0.0, _BANDS
    for band in reversed(range(_BANDS)):
        gained += counts[band] - (1 + pays) * people * shares[band]
        if gained > best:
            best, bar = gained, band
    return bar * _BAND


def _people(counts: Sequence[int], shares: Sequence[float]) -> float:
    """How many of the mix are ordinary people: as many as its least suspicious half speaks for."""
    seen, share = 0, 0.0
    for count, usual in zip(counts, shares, strict=True):
        if share >= _HALF:
            break
        seen, share = seen + count, share + usual
    return seen / share
