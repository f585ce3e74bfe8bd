"""Typed or pasted: whether many typed one text, each by themselves, or somebody wrote it for all of them.

People who ask one question type it differently: capitals, accents, marks, spaces, courtesy. So it is a paste
where nearly all who said the same typed it alike; or where most hold one text to the letter, those who wrote
other letters too: whoever changes a paste puts something before or behind it.

Measured on what is like each other among twelve questions and remarks, each written by hand 120 times as
people would, in four languages: of those who wrote the same letters the commonest form had 21 to 60 %, and of
the others 0 to 24 % held it. Of six pastes written likewise it had 78 to 94 %; of 60 openings from real
messages, seven in ten of which were changed by a program, 45 % of the others held it. Pure.
"""

from collections import Counter
from collections.abc import Sequence
from math import sqrt
from typing import Protocol

from bridge.model import SenderId
from bridge.raid.sighting import DRESSED, is_cased
from bridge.text.courtesy import core
from bridge.text.reading import read

ALIKE, SENTENCE_ALIKE, UNCASED_ALIKE = 0.8, 0.7, 0.9
"""The share of those who said the same who must have typed it alike: of a question, of a sentence, and of one
in a script without capitals, which has fewer forms. Of shorter ones there all."""

EQUAL, HELD, HELD_BY_OTHERS = 0.2, 0.5, 0.35
"""Or the shares of all who must have typed one text to the letter, and must hold it; and of those who said
something else, who must hold it."""

FEWEST = 3
"""Of those others at least."""

GREETING_LETTERS = 20
"""Letters below which all must have typed it alike: text speak has hardly another form (of twelve who asked
the same in it ten typed the same)."""

SENTENCE_LETTERS = 30
"""Letters from which on a text has many forms."""


class Wrote(Protocol):
    """One message."""

    @property
    def sender(self) -> SenderId: ...

    @property
    def letters(self) -> str: ...

    @property
    def typed(self) -> str: ...


def pasted(wrote: Sequence[Wrote], length: int) -> str | None:
    """The text that was pasted, as it was typed, if there is one. `wrote`: texts like each other, of `length`
    letters at least. A little more than a share is asked for where they are few: so many may do by chance."""
    typed = list(dict.fromkeys((one.sender, core(one.letters), one.typed) for one in wrote))
    said = Counter(said for _, said, _ in typed).most_common(1)[0][0]
    same = [text for _, one, text in typed if one == said or text == DRESSED]
    text, equal = Counter(same).most_common(1)[0]
    cased = is_cased(said)
    if equal >= min(len(same), _alike(length, cased=cased) * len(same) + sqrt(len(same)) / 2):
        return text
    others = [text in other for _, one, other in typed if one != said]
    changed = (
        cased and length >= GREETING_LETTERS and sum(others) >= max(FEWEST, HELD_BY_OTHERS * len(others))
    )
    held = sum(text in other for other in same) + sum(others)
    chance = sqrt(len(typed)) / 2
    many = equal >= EQUAL * len(typed) + chance and held >= HELD * len(typed) + chance
    return text if changed and many else None


def is_of(paste: str, one: Wrote) -> bool:
    """Whether a text is that paste, to the letter, or with more in it. Who says just the same, and typed it
    otherwise, has not pasted it. Any text is of the empty one."""
    if not paste or one.typed == paste:
        return True
    return paste in one.typed and core(one.letters) != _said(paste)


def _said(paste: str) -> str:
    return core(read(paste).unmasked.replace(" ", ""))


def _alike(length: int, *, cased: bool) -> float:
    if length < GREETING_LETTERS or not (cased or length >= SENTENCE_LETTERS):
        return 1.0
    if length < SENTENCE_LETTERS:
        return ALIKE
    return SENTENCE_ALIKE if cased else UNCASED_ALIKE
