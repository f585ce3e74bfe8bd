"""Lessons: what the team says of texts, as small, bounded, reversible corrections of the model. Pure.

A lesson is one step of logistic regression from the model as it comes: each of its texts pulls its own
buckets by the distance between the label and the text's suspicion. Pulls of a bucket add up, and are capped;
a text moves by the fourth power of the mean of its buckets' pulls, so that texts which share but everyday
letters with those taught hardly move: docs/register.md has measurements. All sums are of whole numbers: the
order of lessons makes no difference, and a lesson that is taken back leaves nothing behind.

However many lessons there are, and whoever wrote the texts, no text moves by more than `LIMIT`: plain abuse
(900) stays above 710, and what is plainly ordinary (99) below 280, under any bar that counts against anybody.
"""

from array import array
from collections import Counter
from collections.abc import Iterable
from math import exp, log
from typing import Literal, Self, get_args

from bridge.noun import Noun, field
from bridge.raid.suspicion.features import BUCKETS, features
from bridge.raid.suspicion.model import suspicion

Label = Literal["ordinary", "abusive"]
"""What the team says that texts are."""

LABELS: tuple[Label, ...] = get_args(Label)

LIMIT = 1.25
"""Logits by which lessons move a text, at most."""

MOST_TEXTS = 200
"""Texts in one lesson: the newest of those that it is about."""

MOST_LESSONS = 20
"""Lessons in force at a time. One of 200 texts takes 300 kB, and after a restart 0.1 to 0.4 s to read."""

_FULL = 1000
"""Per mille: how far the buckets of a text can be pulled."""

_RATE = 2
"""Of a step: one text that the model has half wrong pulls its buckets as far as they go."""

_POWER = 4

_CERTAIN = log(1999.0)
"""The logit of what is rounded to 1000 per mille, at least."""


class Lesson(Noun):
    """What the team says of some texts."""

    id: str
    """Eight hexadecimal digits, from the act that taught it."""
    label: Label
    about: str
    """A raid, or a sender's handle."""
    buckets: "array[int]"
    pulls: "array[int]"
    """Of each of the buckets, per mille of a full pull; below zero towards ordinary."""


def lesson(id_: str, label: Label, about: str, texts: Iterable[str]) -> Lesson:
    """What texts teach under a label. Copies of a text count once; a text without letters teaches nothing."""
    pulls: Counter[int] = Counter()
    aim = _FULL if label == "abusive" else 0
    for buckets, seen in {frozenset(features(text)): suspicion(text) for text in texts}.items():
        pulls.update(dict.fromkeys(buckets, _RATE * (aim - seen)))
    return Lesson(id_, label, about, array("i", pulls.keys()), array("i", pulls.values()))


class Lessons(Noun):
    """The lessons in force."""

    standing: tuple[Lesson, ...] = ()
    pulls: "array[int]" = field(default_factory=lambda: array("h"))
    """Of every bucket, the sum over the lessons, capped; empty where there are none. 0.5 MB."""

    @classmethod
    def of(cls, lessons: Iterable[Lesson]) -> Self:
        """These lessons, in any order."""
        standing, sums = tuple(lessons), Counter[int]()
        for one in standing:
            sums.update(dict(zip(one.buckets, one.pulls, strict=True)))
        if not sums:
            return cls(standing)
        pulls = array("h", bytes(BUCKETS * array("h").itemsize))
        for bucket, pull in sums.items():
            pulls[bucket] = max(-_FULL, min(_FULL, pull))
        return cls(standing, pulls)

    def learn(self, new: Lesson) -> Self:
        """With one lesson more."""
        return self.of((*self.standing, new))

    def unlearn(self, id_: str) -> Self:
        """Without a lesson: as if it had never been."""
        return self.of(one for one in self.standing if one.id != id_)

    def called(self, id_: str) -> Lesson | None:
        """The lesson in force with that id."""
        return next((one for one in self.standing if one.id == id_), None)

    def corrected(self, seen: int, text: str) -> int:
        """What the model says of a text (per mille), in the light of the lessons. Without any, the same."""
        if not self.pulls or not seen:
            return seen
        move = self._move(features(text))
        logit = log(seen / (_FULL - seen)) if seen < _FULL else _CERTAIN
        return round(_FULL / (1 + exp(-logit - move))) if move else seen

    def _move(self, buckets: set[int]) -> float:
        """Logits, at most `LIMIT` either way."""
        mean = sum(map(self.pulls.__getitem__, buckets)) / (_FULL * max(1, len(buckets)))
        return LIMIT * mean * abs(mean) ** (_POWER - 1)


NO_LESSONS = Lessons()
