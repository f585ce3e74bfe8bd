"""How suspicious the texts of calm days are: what "more abusive than usual" is measured against."""

from dataclasses import dataclass, field

_BINS = 100
_WIDTH = 10
"""Per mille of suspicion in a bin."""

MOST = 20_000
"""People remembered; then every count is halved, so that old days fade."""

LOWEST = 300
HIGHEST = 900
"""Whatever was usual, a suspicion below LOWEST is never held against anybody, and one above HIGHEST
always may be: nobody can teach the service, by writing to it, that abuse is usual."""

_BEFORE_ANY = ((150, 86), (350, 7), (550, 4), (720, 2), (900, 1))
"""What is assumed before anybody wrote: a suspicion, and how many of a hundred people have about that."""


def _bin(suspicion: int) -> int:
    return min(_BINS - 1, suspicion // _WIDTH)


def _assumed() -> list[float]:
    counts = [0.0] * _BINS
    for suspicion, people in _BEFORE_ANY:
        counts[_bin(suspicion)] += people
    return counts


@dataclass(slots=True)
class Histogram:
    """Counts of people by the suspicion of their first texts."""

    counts: list[float] = field(default_factory=_assumed)
    seen: int = 0
    """People counted, without those assumed."""
    _bands: list[float] | None = field(default=None, compare=False)
    """The newest answer of `bands`: it is asked for by each message of a raid, and a raid teaches nothing."""

    def count(self, suspicion: int, people: int = 1) -> None:
        """Takes in what was seen on a calm day."""
        self.counts[_bin(suspicion)] += people
        self.seen += people
        self._bands = None
        if self.seen > MOST:
            self.counts = [one / 2 for one in self.counts]
            self.seen //= 2

    def copy(self) -> "Histogram":
        """The counts of now, which do not change any more."""
        return Histogram(list(self.counts), self.seen)

    def exceeded_by(self, share: float) -> int:
        """The suspicion that about `share` (0 to 1) of ordinary people exceed, within the limits."""
        allowed = share * sum(self.counts)
        above = 0.0
        for number in range(_BINS - 1, -1, -1):
            above += self.counts[number]
            if above > allowed:
                return min(HIGHEST, max(LOWEST, (number + 1) * _WIDTH))
        return LOWEST

    def bands(self, width: int) -> list[float]:
        """The shares of ordinary people in bands of suspicion, `width` (whole tens) per mille each."""
        if self._bands is None or len(self._bands) != 1000 // width + 1:
            total, bins = sum(self.counts), width // _WIDTH
            self._bands = [sum(self.counts[low : low + bins]) / total for low in range(0, _BINS + 1, bins)]
        return self._bands

    def share_above(self, suspicion: int) -> float:
        """The share of ordinary people at or above a suspicion."""
        return sum(self.counts[_bin(suspicion) :]) / sum(self.counts)
