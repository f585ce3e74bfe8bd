"""What people say, in one language: ordinary and hostile texts. Pure but for the text files beside it.

No two long texts are ever alike, as among real people; short ones ("salut") are, as among real people.
Corpora from outside take the place of our own openings and follow-ups, of the rough, and of insults and
pastes; the curious and the angry stay ours, for such corpora hardly have any.
"""

from collections import Counter
from collections.abc import Callable
from itertools import chain
from random import Random

from bridge.simulate.corpus import Corpus
from bridge.simulate.grammar import Grammar, grammar
from bridge.simulate.habits import Habits, slip

LANGUAGES = ("fr", "en", "es", "ar")

SHORT = 13
"""Letters from which on two people hardly ever write the same."""

TEMPLATES = 40
"""How many paste templates each language has."""

SHARED, _RUN = 0.6, 5
"""How much two paraphrases may share, and how many letters in a row are no chance."""

_SHARE_OF_SHORT = 0.07
_SHARE_OF_WHOLE_LINES = 0.15


class Bag:
    """Whole lines, each given out once."""

    def __init__(self, rng: Random, lines: tuple[str, ...]) -> None:
        self._left = rng.sample(lines, len(lines))

    def take(self) -> str | None:
        """The next line; none when all were given out."""
        return self._left.pop() if self._left else None


class Said:
    """Which long texts were said before; two are one when their keys are, by default their letters."""

    def __init__(self, shortest: int = SHORT, key: Callable[[str], str] | None = None) -> None:
        self._keys: set[str] = set()
        self._shortest, self._key = shortest, key or _letters

    def fresh(self, draw: Callable[[], str]) -> str:
        """A draw that nobody made before: a repeat is drawn again, and lengthened if need be."""
        text = draw()
        while self._repeated(text):
            again = draw()
            text = again if not self._known(again) else f"{text} {again}"
        return text

    def _repeated(self, text: str) -> bool:
        known = self._known(text)
        if not known:
            self._keys.add(self._key(text))
        return known

    def _known(self, text: str) -> bool:
        key = self._key(text)
        return len(key) >= self._shortest and key in self._keys


class Anew:
    """What shares little with anything before."""

    def __init__(self) -> None:
        self._where: dict[str, list[int]] = {}
        self._texts = 0

    def overlaps(self, text: str) -> bool:
        """Whether three in five of its letters stand in the same runs in one before; kept if not."""
        runs = _runs(text)
        shared = Counter(chain.from_iterable(self._where.get(run, ()) for run in runs))
        if shared and shared.most_common(1)[0][1] >= SHARED * len(runs):
            return True
        for run in runs:
            self._where.setdefault(run, []).append(self._texts)
        self._texts += 1
        return False


def _runs(text: str) -> set[str]:
    letters = _letters(text)
    return {letters[place : place + _RUN] for place in range(max(1, len(letters) - _RUN + 1))}


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, text)).casefold()


class Voice:
    """Draws texts of one language."""

    def __init__(
        self,
        language: str,
        rng: Random,
        ordinary: Corpus | None = None,
        abuse: Corpus | None = None,
        hard: Corpus | None = None,
    ) -> None:
        """`ordinary`, `abuse` and `hard` are texts from outside that take the place of ours."""
        self._rng = rng
        self._ordinary, self._abuse, self._hard = ordinary, abuse, hard
        self._polite = grammar("ordinary", language)
        self._hostile = grammar("hostile", language)
        self._pastes = grammar("pastes", language)
        self._brief = dict(_pair(line) for line in self._polite.lines("brief"))
        self._openings = Bag(rng, self._polite.lines("whole"))
        self._insults = Bag(rng, self._hostile.lines("whole"))
        self._said_anew = Anew()
        self._said, self._insulted = Said(), Said(shortest=0, key=str.casefold if abuse else None)

    def opening(self, habits: Habits) -> str:
        """What somebody writes to a number that they were given, or to a friend."""
        if self._ordinary:
            return self._ordinary.draw()
        return self._said.fresh(lambda: self._typed(habits, self._opening()))

    def follow_up(self, habits: Habits) -> str:
        """A second text, when no answer came or one did."""
        return self._ordinary.draw() if self._ordinary else self._written(habits, "follow")

    def curious(self, habits: Habits) -> str:
        """Somebody who read of the number, or a journalist."""
        return self._written(habits, "curious")

    def asked(self, habits: Habits) -> str:
        """One of the few questions that everybody asks after the news: many write the same."""
        return self._typed(habits, self._polite.draw(self._rng, "asked"))

    def rough(self, habits: Habits) -> str:
        """The manners of a forum, without abuse."""
        return self._hard.draw() if self._hard else self._written(habits, "rough")

    def angry(self, habits: Habits) -> str:
        """Somebody who got the answer and does not take it well."""
        return self._written(habits, "angry")

    def insult(self, habits: Habits) -> str:
        """A hostile text that nobody sent before."""
        if self._abuse:
            return self._insulted.fresh(self._abuse.draw)
        return self._insulted.fresh(lambda: self._typed(habits, self._insult()))

    def paraphrase(self) -> str:
        """A hostile text that shares less than three letters in five with any before. Only in French."""
        while self._said_anew.overlaps(text := grammar("paraphrase", "fr").draw(self._rng, "text")):
            pass
        return text

    def noise(self, habits: Habits) -> str:
        """What somebody types who sends a thousand texts: hardly anything, again and again."""
        return self._typed(habits, self._hostile.draw(self._rng, "noise"))

    def templates(self, count: int) -> list[str]:
        """`count` texts that raiders paste, none twice. At most `TEMPLATES` of our own."""
        if abuse := self._abuse:
            pasted = Said(shortest=0, key=str.casefold)
            return [pasted.fresh(lambda: self._paste(abuse)) for _ in range(count)]
        return self._rng.sample(self._pastes.lines("paste"), count)

    def edited(self, template: str) -> str:
        """A paste with the small changes of whoever pastes it; one in four changes nothing."""
        for _ in range(self._rng.choice((0, 1, 1, 2))):
            template = self._rng.choice(_EDITS)(self._rng, self._hostile, template)
        return template

    def _paste(self, abuse: Corpus) -> str:
        text = abuse.draw()
        while len(text) < SHORT:
            text = f"{text} {abuse.draw()}"
        return text

    def _opening(self) -> str:
        chance = self._rng.random()
        if chance < _SHARE_OF_SHORT:
            return self._polite.draw(self._rng, "short")
        whole = self._openings.take() if chance < _SHARE_OF_SHORT + _SHARE_OF_WHOLE_LINES else None
        return self._polite.complete(self._rng, whole) if whole else self._polite.draw(self._rng, "text")

    def _insult(self) -> str:
        whole = self._insults.take() if self._rng.random() < _SHARE_OF_WHOLE_LINES else None
        return self._hostile.complete(self._rng, whole) if whole else self._hostile.draw(self._rng, "text")

    def _written(self, habits: Habits, section: str) -> str:
        return self._said.fresh(lambda: self._typed(habits, self._polite.draw(self._rng, section)))

    def _typed(self, habits: Habits, text: str) -> str:
        return habits.write(self._rng, text, self._brief)


def _pair(line: str) -> tuple[str, str]:
    long, _, brief = line.partition(" > ")
    return long, brief


_WORTH_CUTTING = 8
"""Words from which on a text may lose one and still be that text."""

Edit = Callable[[Random, Grammar, str], str]


def _retyped(rng: Random, _: Grammar, text: str) -> str:
    words = text.split(" ")
    place = rng.randrange(len(words))
    words[place] = slip(rng, words[place])
    return " ".join(words)


def _recased(rng: Random, _: Grammar, text: str) -> str:
    return rng.choice((str.lower, str.upper, str.capitalize))(text)


def _ended(rng: Random, hostile: Grammar, text: str) -> str:
    return f"{text} {hostile.draw(rng, 'ending')}"


def _begun(rng: Random, hostile: Grammar, text: str) -> str:
    return f"{hostile.draw(rng, 'beginning')} {text}"


def _cut(rng: Random, _: Grammar, text: str) -> str:
    words = text.split(" ")
    if len(words) < _WORTH_CUTTING:
        return text
    return " ".join(rng.choice((words[1:], words[:-1])))


_EDITS: tuple[Edit, ...] = (_retyped, _recased, _ended, _begun, _cut)
