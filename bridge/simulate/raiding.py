"""Raids: floods, pastes, unique insults, and those that only look polite. Everything here is hostile.

Counts are messages or numbers, times microseconds; each way of raiding returns labelled drafts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from random import Random

from bridge.model import MINUTE, Micros
from bridge.noun import Noun
from bridge.simulate.habits import draw_habits
from bridge.simulate.numbers import Numbers
from bridge.simulate.speech import Voice
from bridge.simulate.trace import Draft
from bridge.simulate.traffic import arrivals, wave, within

Disguise = Callable[[Random, str], str]

PASTED = 20
"""How many templates go round in one raid."""


def undisguised(_: Random, text: str) -> str:
    """The text as it is."""
    return text


class Raiders(Noun):
    """What raiders share in one trace."""

    rng: Random
    numbers: Numbers
    voice: Voice
    disguise: Disguise = undisguised

    def flood(self, start: Micros, length: Micros, count: int) -> list[Draft]:
        """One number that sends `count` texts: one text over and over, noise, or insults."""
        sender, say = self.numbers.mobile(), self._refrain()
        return [self._draft(at, sender, say()) for at in within(self.rng, start, length, count)]

    def copies(self, start: Micros, length: Micros, shares: Sequence[int]) -> list[Draft]:
        """Numbers that paste templates with small edits; `shares` says how many texts each sends."""
        templates = self.voice.templates(PASTED)
        return [
            self._draft(at, sender, self.voice.edited(self.rng.choice(templates)))
            for count in shares
            for sender in (self.numbers.mobile(),)
            for at in self._session(start, length, count)
        ]

    def calls(self, start: Micros, length: Micros, shares: Sequence[int]) -> list[Draft]:
        """Numbers that ring again and again and say nothing; `shares` says how often each does."""
        return [
            Draft(at, sender, "", "raider", kind="call")
            for count in shares
            for sender in (self.numbers.mobile(),)
            for at in self._session(start, length, count)
        ]

    def insults(self, start: Micros, length: Micros, count: int) -> list[Draft]:
        """Fresh numbers that send one insult each, no two alike, in waves."""
        return self._one_each(self.waves(start, length, count), self.insult)

    def polite(self, start: Micros, length: Micros, count: int) -> list[Draft]:
        """Fresh numbers that write once, in words like anybody's."""
        return self._one_each(self.waves(start, length, count), self._opening)

    def marked(self, start: Micros, length: Micros, count: int, token: str) -> list[Draft]:
        """The same, and in each text stands one odd word, as a sign among themselves."""
        return self._one_each(self.waves(start, length, count), lambda: self._with(token))

    def _with(self, token: str) -> str:
        words = self._opening().split()
        words.insert(
            self.rng.randint(0, len(words)), self.rng.choice((token, token.capitalize(), token.upper()))
        )
        return " ".join(words)

    def paraphrases(self, start: Micros, length: Micros, count: int) -> list[Draft]:
        """The same, each put together anew, so that hardly a phrase is written twice."""
        return self._one_each(self.waves(start, length, count), self.voice.paraphrase)

    def changed(self, text: str) -> str:
        """A text that was sent before, with at least one small change."""
        while (again := self.voice.edited(text)) == text:
            pass
        return again

    def dripping(self, instants: Iterable[Micros]) -> list[Draft]:
        """A fresh number with an insult at each of the instants."""
        return self._one_each(instants, self.insult)

    def blocks(self, start: Micros, length: Micros, counts: Sequence[int]) -> list[Draft]:
        """Fresh numbers out of one range of 10,000 for each of the counts, in unremarkable words."""
        senders = [number for count in counts for number in self.numbers.block(count)]
        self.rng.shuffle(senders)
        instants = self.waves(start, length, len(senders))
        return [
            self._draft(at, sender, self._opening()) for at, sender in zip(instants, senders, strict=True)
        ]

    def _one_each(self, instants: Iterable[Micros], say: Callable[[], str]) -> list[Draft]:
        return [self._draft(at, self.numbers.mobile(), say()) for at in instants]

    def _draft(self, at: Micros, sender: str, text: str) -> Draft:
        return Draft(at, sender, self.disguise(self.rng, text), "raider")

    def waves(self, start: Micros, length: Micros, count: int) -> list[Micros]:
        """So many instants, as a raid surges."""
        return arrivals(self.rng, start, wave(max(1, length // MINUTE), self.rng), count)

    def _session(self, start: Micros, length: Micros, count: int) -> list[Micros]:
        """When one person pastes: they join within the first half, and stay for a while or to the end."""
        joined = round(length * 0.5 * self.rng.random() ** 2)
        stay = round((length - joined) * self.rng.uniform(0.3, 1.0))
        return within(self.rng, start + joined, stay, count)

    def _refrain(self) -> Callable[[], str]:
        text, habits = self.voice.templates(1)[0], draw_habits(self.rng)
        return self.rng.choice(
            (lambda: self.voice.edited(text), lambda: self.voice.noise(habits), self.insult)
        )

    def insult(self) -> str:
        """Something hostile that nobody wrote before."""
        return self.voice.insult(draw_habits(self.rng))

    def _opening(self) -> str:
        return self.voice.opening(draw_habits(self.rng))


def parts(rng: Random, total: int, most: int) -> Iterator[int]:
    """Sizes between a fifth of `most` and `most` that add up to `total`; the last may be smaller."""
    while total:
        size = min(total, rng.randint(max(1, most // 5), most))
        yield size
        total -= size
