"""Who holds most of a few hashes. Pure.

Everybody has a place, and for each hash the places of those who hold it are the bits of one number. So
whoever holds two of eight is found by a few operations on numbers, and only they are looked at: most of those
who hold one hold no other.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from bridge.model import EventId

LEAST = 2
"""Hashes that somebody must hold to be looked at."""


@dataclass(slots=True)
class Holders:
    """Those who hold hashes."""

    holding: dict[int, int] = field(default_factory=dict)
    """By hash: the places of those who hold it, as bits."""
    known: list[tuple[int, EventId]] = field(default_factory=list)
    """Who stands at each place, or stood there last, and how many came before."""
    free: list[int] = field(default_factory=list)
    """Places where nobody stands any more."""
    count: int = 0
    """How many ever came."""

    def add(self, who: EventId, hashes: Iterable[int]) -> int:
        """Takes somebody in; the place is theirs until it is given back. No hash is given twice."""
        self.count += 1
        if self.free:
            place = self.free.pop()
            self.known[place] = self.count, who
        else:
            place = len(self.known)
            self.known.append((self.count, who))
        for one in hashes:
            self.holding[one] = self.holding.get(one, 0) | 1 << place
        return place

    def remove(self, place: int, hashes: Iterable[int]) -> None:
        """Lets go of whoever stands there; `hashes`: those that they came with."""
        self.free.append(place)
        for one in hashes:
            left = self.holding.pop(one) ^ 1 << place
            if left:
                self.holding[one] = left

    def sharing(self, hashes: Iterable[int], most: int) -> list[EventId]:
        """Who holds at least `LEAST` of these, `most` of them: whoever holds most first; of those who hold as
        many, by the first hash that they hold, the oldest first."""
        holding = [self.holding.get(one, 0) for one in hashes]
        found: list[EventId] = []
        several = 0
        for shared in reversed(_by_count(holding)[LEAST - 1 :]):
            left, several = shared ^ several, shared
            for places in holding:
                if not left or len(found) >= most:
                    break
                if here := left & places:
                    found += [who for _, who in sorted([self.known[place] for place in _bits(here)])]
                    left ^= here
        return found[:most]


def _by_count(holding: Iterable[int]) -> list[int]:
    """The places of those who hold one at least, two at least, and so on."""
    at_least: list[int] = []
    for places in holding:
        more = places
        for count, counted in enumerate(at_least):
            if not more:
                break
            at_least[count] |= more
            more &= counted  # these hold one more than that
        if more:
            at_least.append(more)
    return at_least


def _bits(number: int) -> Iterator[int]:
    while number:
        place = number.bit_length() - 1
        number ^= 1 << place
        yield place
