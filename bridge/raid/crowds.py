"""Crowds: short texts that several write by themselves, each with slips, signs and shortenings of their own.

Accuses nobody. It tells the register that one more such text says nothing new of what people write, however
odd it looks: hundreds who ask "Do you answer everybody?" after the news are one question, and not hundreds
of texts like that. Copies (`bridge.raid.copies`) know short texts by their very letters; here a likeness
will do, so that neither "do u answer everybody" nor "do you answer everybdoy :p" begins anew.

What nearly all typed to the letter alike is a paste and no crowd's; and what looks like plain abuse is no
question, and counts each time.
"""

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from bridge.model import DAY, EventId, Micros, SenderId
from bridge.noun import Noun
from bridge.raid.copies import ODD_SUSPICION, REPEATED
from bridge.raid.sighting import Sighting, without_numbers
from bridge.raid.sketch import likeness
from bridge.raid.typed import ALIKE

SHORTEST = 8
"""Letters: a question in Arabic, which writes no vowels, has no more than a dozen."""

LONGEST = 34
"""Letters: copies know longer ones by their likeness."""

LIKE = 0.5
"""How alike two forms of a question are: a slip costs a short text a quarter of its runs of letters."""

WINDOW = 500
"""Short texts that are remembered. Memory: about 0.5 kB each."""

WINDOW_TIME: Micros = DAY

_COMMON = 2
_NEWEST = 16
"""How many are compared that share hashes: more do not change the answer."""


class Text(Noun):
    """A short text, as somebody wrote it."""

    number: int
    at: Micros
    sender: SenderId
    letters: str
    typed: str
    runs: tuple[int, ...]


@dataclass(slots=True)
class Crowds:
    """The newest short texts."""

    number: int = 0
    window: deque[Text] = field(default_factory=deque)
    holding: dict[int, dict[int, Text]] = field(default_factory=dict)
    """The texts that hold a hash, by number, oldest first."""
    _found: tuple[EventId, int, bool] | None = None
    """The newest answer of `repeats`: it is asked for by a look, and again when the message is taken in."""

    def repeats(self, sighting: Sighting) -> bool:
        """Whether several others wrote this before, each in their own way."""
        if self._found is None or self._found[:2] != (sighting.event, self.number):
            self._found = sighting.event, self.number, self._repeats(sighting)
        return self._found[2]

    def add(self, sighting: Sighting) -> None:
        """Takes the message in."""
        letters = without_numbers(sighting.letters)
        if not _is_short(letters):
            return
        self.number += 1
        text = Text(self.number, sighting.at, sighting.sender, letters, sighting.typed, sighting.runs)
        self.window.append(text)
        for run in text.runs:
            self.holding.setdefault(run, {})[text.number] = text
        if len(self.window) > WINDOW:
            self._forget()

    def _repeats(self, sighting: Sighting) -> bool:
        letters = without_numbers(sighting.letters)
        if not _is_short(letters) or sighting.suspicion >= ODD_SUSPICION:
            return False
        while self.window and self.window[0].at < sighting.at - WINDOW_TIME:
            self._forget()
        likely = self._likely(sighting.runs)
        alike = {one.sender: one.typed for one in likely if likeness(letters, one.letters) >= LIKE}
        alike[sighting.sender] = sighting.typed
        commonest = Counter(alike.values()).most_common(1)[0][1]
        return len(alike) > REPEATED and commonest < ALIKE * len(alike)

    def _likely(self, runs: Sequence[int]) -> list[Text]:
        """The newest of those that share most hashes."""
        held = [self.holding.get(run, {}) for run in runs]
        shared = Counter(chain.from_iterable(held))
        numbers = [number for number, count in shared.items() if count >= _COMMON]
        texts = {number: text for texts in held for number, text in texts.items()}
        numbers.sort(key=lambda number: (-shared[number], -number))
        return [texts[number] for number in numbers[:_NEWEST]]

    def _forget(self) -> None:
        text = self.window.popleft()
        for run in text.runs:
            del self.holding[run][text.number]
            if not self.holding[run]:
                del self.holding[run]


def _is_short(letters: str) -> bool:
    return SHORTEST <= len(letters) <= LONGEST
