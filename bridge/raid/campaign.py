"""What a raid is known by where it was not seen: on another line, or by another team. No text, and no number.

A paste is known by its sketch alone: the smallest keyed hashes of its shingles (`bridge.raid.sketch`), or,
where another team tells of it, by a fingerprint that nobody can read (`bridge.raid.fingerprint`). Only what
nobody writes by himself is told of, and only what is long enough to have a sketch; so one other sender of it
is enough where it is known, instead of the many that it takes where it is not.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Self, TypeVar

from bridge.model import DAY, Micros, SenderId
from bridge.noun import Noun, field
from bridge.raid.fingerprint import are_alike, fingerprint
from bridge.raid.sketch import SKETCH

K = TypeVar("K")
V = TypeVar("V")

Sketch = tuple[int, ...]

GOOD_FOR: Micros = 7 * DAY
"""How long what was heeded counts: a number may change hands, and a raid comes back within days or not."""

ALIKE = 5
"""Of the eight smallest hashes of two texts, how many both must have: a likeness of about 0.6."""

MOST_SENDERS, MOST_PASTES = 500, 50
"""In one campaign as it is told: what is more comes in another."""


class Prints(Noun):
    """Pastes as another team tells of them."""

    teller: str
    """What that team calls itself."""
    salt: bytes
    """What the fingerprints are keyed with."""
    pastes: tuple[int, ...]
    """Fingerprints."""

    def hold(self, letters: str) -> bool:
        """Whether one of them is that of a near copy."""
        seen = fingerprint(letters, self.salt)
        return seen is not None and any(are_alike(seen, one) for one in self.pastes)


class Campaign(Noun):
    """Pastes and senders of one raid, or some of them."""

    name: str
    """Where it was seen, a colon, and the raid's id: what several tellings of it have in common."""
    pastes: tuple[Sketch, ...] = ()
    senders: tuple[SenderId, ...] = ()
    told: Prints | None = None
    """Set where another team tells of it."""

    def written(self) -> str:
        """As it stands in an act of another line's."""
        return json.dumps([self.name, self.pastes, self.senders], separators=(",", ":"))

    @classmethod
    def read(cls, written: str) -> Self | None:
        """What `written` made; `None` for anything else."""
        try:
            name, pastes, senders = json.loads(written)
            sketches = tuple(tuple(map(int, one)) for one in pastes)
            return cls(str(name)[:64], sketches, tuple(SenderId(str(one)) for one in senders))
        except (ValueError, TypeError, RecursionError):
            return None

    def without(self, known: Self) -> Self:
        """What of it is not told yet."""
        pastes, senders = set(known.pastes), set(known.senders)
        return type(self)(
            self.name,
            tuple(one for one in self.pastes if one not in pastes)[:MOST_PASTES],
            tuple(one for one in self.senders if one not in senders)[:MOST_SENDERS],
        )


class Heard(Noun):
    """A campaign with the time in which it counts."""

    campaign: Campaign
    since: Micros
    until: Micros

    def counts(self, at: Micros) -> bool:
        """Whether it does at an instant: what was written before it was heard of is as it was."""
        return self.since <= at < self.until


class Heeded(Noun, dict=True):
    """What is known from elsewhere, in the order in which it was heard."""

    heard: tuple[Heard, ...] = field(default=())

    def heed(self, one: Heard) -> Self:
        """With one more."""
        return type(self)((*self.heard, one))

    def unheed(self, name: str) -> Self:
        """Without all that was told of a raid."""
        return type(self)(tuple(one for one in self.heard if one.campaign.name != name))

    def called(self, name: str) -> Campaign:
        """All that was told of a raid."""
        told = [one.campaign for one in self.heard if one.campaign.name == name]
        return Campaign(
            name,
            tuple(sketch for one in told for sketch in one.pastes),
            tuple(sender for one in told for sender in one.senders),
        )

    def knows(self, sender: SenderId, at: Micros) -> bool:
        """Whether a sender took part in a raid elsewhere."""
        return any(self.heard[one].counts(at) for one in self._senders.get(sender, ()))

    def holds(self, sketch: Sketch, at: Micros) -> bool:
        """Whether a text is like one that was pasted elsewhere."""
        if not self._pastes or len(sketch) < SKETCH:
            return False
        near = {place for one in sketch for place in self._pastes.get(one, ())}
        return any(self.heard[one].counts(at) and alike(sketch, paste) for one, paste in sorted(near))

    def teller(self, letters: str, at: Micros) -> str | None:
        """Which team told of a text like that, if any did: of several, the first."""
        told = (one.campaign.told for one in self.heard if one.counts(at))
        return next((one.teller for one in told if one is not None and one.hold(letters)), None)

    def tells_of(self, name: str, at: Micros) -> Sequence[Prints]:
        """What other teams told of a raid, and still counts."""
        mine = (one.campaign for one in self.heard if one.campaign.name == name and one.counts(at))
        return [one.told for one in mine if one.told is not None]

    def told_count(self, at: Micros) -> int:
        """How many files of other teams count."""
        return sum(one.campaign.told is not None and one.counts(at) for one in self.heard)

    @cached_property
    def _senders(self) -> Mapping[SenderId, Sequence[int]]:
        return _index((sender, n) for n, one in enumerate(self.heard) for sender in one.campaign.senders)

    @cached_property
    def _pastes(self) -> Mapping[int, Sequence[tuple[int, Sketch]]]:
        told = ((n, sketch) for n, one in enumerate(self.heard) for sketch in one.campaign.pastes)
        return _index((hashed, (n, sketch)) for n, sketch in told for hashed in sketch)


def alike(one: Sketch, other: Sketch) -> bool:
    """Whether two texts have most of their shingles in common, as far as their sketches tell."""
    smallest = sorted({*one, *other})[:SKETCH]
    return len({*smallest} & {*one} & {*other}) >= ALIKE


def _index(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


NOTHING_HEEDED = Heeded()
