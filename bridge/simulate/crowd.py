"""Ordinary people: who writes, how often, and what. The shares follow what such a service sees.

Of two hundred, eight are curious or journalists, ten are rough without abuse, one insults on his own account,
the others are everyday people; thirty write again within a day, six of those in anger. All of them count as
ordinary; the first nineteen are the hard ordinary, whom a detector is likeliest to wrong.
"""

from collections.abc import Iterator, Sequence
from enum import Enum
from random import Random

from bridge.model import HOUR, MINUTE, Micros
from bridge.noun import Noun
from bridge.simulate.habits import Habits, draw_habits
from bridge.simulate.numbers import Numbers
from bridge.simulate.speech import Voice
from bridge.simulate.trace import Draft
from bridge.simulate.traffic import arrivals, exponential, within

CURIOUS, ROUGH, INSULTING = 0.04, 0.05, 0.005
ANGRY, AGAIN = 0.03, 0.12
TELEGRAM = 0.06
"""The share who write over Telegram where a service has it."""

_MOST_TEXTS, _YET_ANOTHER = 5, 0.25
"""How many texts a person writes at most, and the chance of one more after the second."""

_SOON = 0.6
"""The share of second texts that follow within minutes rather than hours."""


class Manner(Enum):
    """How somebody begins."""

    EVERYDAY = "everyday"
    CURIOUS = "curious"
    ROUGH = "rough"
    INSULTING = "insulting"


class Crowd(Noun):
    """What ordinary people share in one trace; `telegram` is the share who write over it."""

    rng: Random
    numbers: Numbers
    voices: Sequence[Voice]
    telegram: float = 0.0

    def write(self, start: Micros, intensity: Sequence[float], count: int) -> list[Draft]:
        """`count` ordinary messages, first texts arriving by an intensity given by the minute."""
        plans = list(self._plans(count))
        end = start + len(intensity) * MINUTE
        first_texts = arrivals(self.rng, start, intensity, len(plans))
        return [
            draft
            for at, (texts, angry) in zip(first_texts, plans, strict=True)
            for draft in self._person(at, end, texts, angry=angry)
        ]

    def echo(self, instants: Sequence[Micros]) -> Iterator[Draft]:
        """People who heard of the number all at once and ask the same few questions, each as they type."""
        for at in instants:
            asked = self.rng.choice(self.voices).asked(draw_habits(self.rng))
            yield Draft(at, self.numbers.mobile(), asked, hard=True)

    def _plans(self, count: int) -> Iterator[tuple[int, bool]]:
        """How many texts each person writes, and whether in anger at last; `count` in all."""
        left = count
        while left:
            chance = self.rng.random()
            angry = chance < ANGRY
            texts = 2 if angry else self._repeats() if chance < ANGRY + AGAIN else 1
            texts = min(texts, left)
            yield texts, angry and texts > 1
            left -= texts

    def _repeats(self) -> int:
        texts = 2
        while texts < _MOST_TEXTS and self.rng.random() < _YET_ANOTHER:
            texts += 1
        return texts

    def _person(self, at: Micros, end: Micros, texts: int, *, angry: bool) -> Iterator[Draft]:
        by_telegram = self.rng.random() < self.telegram
        sender = self.numbers.telegram() if by_telegram else self.numbers.mobile()
        channel = "telegram" if by_telegram else "sms"
        voice, habits, manner = self.rng.choice(self.voices), draw_habits(self.rng), self._manner()
        for place in range(texts):
            text = _again(voice, habits, angry=angry) if place else _first(voice, habits, manner)
            yield Draft(at, sender, text, channel=channel, hard=manner is not Manner.EVERYDAY)
            at = self._next(at, end, angry=angry)

    def _next(self, at: Micros, end: Micros, *, angry: bool) -> Micros:
        """When the next text follows: soon, or after the answer came; never past the end."""
        wait = exponential(self.rng, 20 * MINUTE if self.rng.random() < _SOON else 5 * HOUR)
        after = at + (15 * MINUTE if angry else 0) + wait
        return after if after < end else within(self.rng, at, end - at, 1)[0]

    def _manner(self) -> Manner:
        everyday = 1 - CURIOUS - ROUGH - INSULTING
        return self.rng.choices(list(Manner), (everyday, CURIOUS, ROUGH, INSULTING))[0]


def _first(voice: Voice, habits: Habits, manner: Manner) -> str:
    match manner:
        case Manner.EVERYDAY:
            return voice.opening(habits)
        case Manner.CURIOUS:
            return voice.curious(habits)
        case Manner.ROUGH:
            return voice.rough(habits)
        case Manner.INSULTING:
            return voice.insult(habits)


def _again(voice: Voice, habits: Habits, *, angry: bool) -> str:
    return voice.angry(habits) if angry else voice.follow_up(habits)
