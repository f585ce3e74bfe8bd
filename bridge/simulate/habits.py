"""How one person types: capitals, accents, text speak, slips of the thumb, signs at the end. Pure."""

import unicodedata
from collections.abc import Mapping
from random import Random

from bridge.noun import Noun

_SMILEYS = (":)", ":-)", ";)", "^^", "xD", ":p", "😊", "😉", "😂", "🙈", "👍", "😅", "🙂", "❤️", ":/", ":(")

_STOPS = (".", ",", "?", "!", ";", ":", "¿", "¡", "؟", "،", "؛")

_BRIEF, _CARELESS, _SMILING = 0.25, 0.3, 0.2
"""The shares of people who use text speak; who leave out capitals, accents, stops; who end on a sign."""

_SLIPS = (0.0, 0.0, 0.0, 0.02, 0.05, 0.1)

_SHORTEST_MISTYPED = 4


class Habits(Noun):
    """What a person does to everything that they type; `slips` is the share of words mistyped."""

    lower: bool
    plain: bool
    brief: bool
    unpunctuated: bool
    smiley: str | None
    slips: float

    def write(self, rng: Random, text: str, brief_forms: Mapping[str, str]) -> str:
        """The text as this person types it. `brief_forms` are the text speak of the language."""
        if self.brief:
            text = _shortened(text, brief_forms)
        if self.slips:
            text = " ".join(slip(rng, it) if rng.random() < self.slips else it for it in text.split(" "))
        if self.unpunctuated:
            text = _without_stops(text)
        if self.plain:
            text = without_accents(text)
        text = text.lower() if self.lower else text[:1].upper() + text[1:]
        return f"{text} {self.smiley}" if self.smiley else text


def draw_habits(rng: Random) -> Habits:
    """Habits of a person like any other."""
    brief = rng.random() < _BRIEF
    return Habits(
        lower=brief or rng.random() < _CARELESS,
        plain=rng.random() < _CARELESS,
        brief=brief,
        unpunctuated=rng.random() < _CARELESS,
        smiley=rng.choice(_SMILEYS) if rng.random() < _SMILING else None,
        slips=rng.choice(_SLIPS),
    )


def slip(rng: Random, word: str) -> str:
    """A word as a hasty thumb leaves it: two letters swapped, one lost, or one doubled."""
    if len(word) < _SHORTEST_MISTYPED:
        return word
    place = rng.randrange(1, len(word) - 1)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    lost = word[:place] + word[place + 1 :]
    doubled = word[:place] + word[place] + word[place:]
    return rng.choice((swapped, lost, doubled))


def without_accents(text: str) -> str:
    """Latin letters without their accents; other scripts stay as they are."""
    return "".join(_bare(it) if "À" <= it <= "ſ" else it for it in text)


def _bare(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def _without_stops(text: str) -> str:
    left = "".join(it for it in text if it not in _STOPS)
    return " ".join(left.split()) or text


def _shortened(text: str, brief_forms: Mapping[str, str]) -> str:
    words = text.split(" ")
    return " ".join(brief_forms.get(word.lower(), word) for word in words)
