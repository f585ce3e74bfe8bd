"""What raiders do to a text so that a machine no longer sees what a person still reads. Pure.

The tables here are the simulator's own: the detector may not share them, or its test proves nothing.
Each technique takes a stream of chance, a text and a strength from 0 to 1: the share that it changes.
"""

from collections.abc import Callable
from random import Random

Technique = Callable[[Random, str, float], str]

INVISIBLE = ("\u200b", "\u200c", "\u200d", "\u2060", "\u00ad", "\ufeff", "\u180e", "\u2063")

MARKS = tuple(map(chr, (*range(0x0300, 0x0315), *range(0x0316, 0x0334), *range(0x0339, 0x0341), 0x0489)))

LOOKALIKES = {
    "a": "аɑα", "b": "ЬḅƄ", "c": "сϲⅽ", "d": "ԁⅾɗ", "e": "еҽẹ", "f": "ƒḟ", "g": "ɡġ", "h": "һհ", "i": "іιı",
    "j": "јʝ", "k": "кκ", "l": "ӏⅼ|", "m": "ⅿм", "n": "ոռ", "o": "оοօ", "p": "рρ", "q": "ԛգ", "r": "гɾ",
    "s": "ѕꜱ", "t": "тτ", "u": "υսʋ", "v": "ѵν", "w": "ԝω", "x": "хχ", "y": "уγ", "z": "ʐᴢ",
    "A": "АΑ", "B": "ВΒ", "C": "СϹ", "E": "ЕΕ", "H": "НΗ", "I": "ІΙ", "K": "КΚ", "M": "МΜ", "N": "Ν",
    "O": "ОΟ", "P": "РΡ", "S": "Ѕ", "T": "ТΤ", "X": "ХΧ", "Y": "ΥҮ", "Z": "Ζ",
}  # fmt: skip

FIGURES = {
    "a": "4@", "b": "8", "c": "(", "e": "3€", "g": "9", "i": "1!", "l": "1|", "o": "0", "s": "5$", "t": "7+",
    "z": "2", "é": "3", "è": "3", "ê": "3", "à": "@",
}  # fmt: skip

GAPS = (" ", ".", "-", "_", "*", "/", " . ")

SHORTEST_SPACED, SPACED_AT_MOST = 3, 60
"""Words of how many letters are spaced out, and how many letters anybody would bother to, in all."""

FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

TAIL_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def zero_width(rng: Random, text: str, strength: float) -> str:
    """Characters of no width between letters."""
    return "".join(it + rng.choice(INVISIBLE) if rng.random() < strength else it for it in text)


def zalgo(rng: Random, text: str, strength: float) -> str:
    """Letters with heaps of combining marks."""
    return "".join(
        it + "".join(rng.choices(MARKS, k=rng.randint(1, 4)))
        if it.isalpha() and rng.random() < strength
        else it
        for it in text
    )


def homoglyphs(rng: Random, text: str, strength: float) -> str:
    """Letters of other alphabets that look the same."""
    return _mapped(rng, text, strength, LOOKALIKES)


def leet(rng: Random, text: str, strength: float) -> str:
    """Figures and signs for letters."""
    return _mapped(rng, text, strength, FIGURES)


def _mapped(rng: Random, text: str, strength: float, table: dict[str, str]) -> str:
    return "".join(rng.choice(table[it]) if it in table and rng.random() < strength else it for it in text)


def spacing(rng: Random, text: str, strength: float) -> str:
    """Words whose letters stand apart; the longer ones first to go, a long text only in part."""
    gap, budget = rng.choice(GAPS), SPACED_AT_MOST
    words = text.split(" ")
    for place, word in enumerate(words):
        if SHORTEST_SPACED <= len(word) <= budget and rng.random() < strength:
            words[place] = gap.join(word)
            budget -= len(word)
    return " ".join(words)


def full_width(rng: Random, text: str, strength: float) -> str:
    """Letters in the width of Chinese ones, whole words at a time."""
    words = text.split(" ")
    return " ".join(word.translate(FULL_WIDTH) if rng.random() < strength else word for word in words)


def random_tail(rng: Random, text: str, strength: float) -> str:
    """A meaningless end, so that no two copies are equal."""
    length = 4 + round(strength * rng.randint(2, 14))
    return f"{text} {''.join(rng.choices(TAIL_LETTERS, k=length))}"


def word_swaps(rng: Random, text: str, strength: float) -> str:
    """Neighbouring words that change places."""
    words = text.split(" ")
    place = 0
    while place + 1 < len(words):
        if rng.random() < strength * 0.6:
            words[place], words[place + 1] = words[place + 1], words[place]
            place += 1
        place += 1
    return " ".join(words)


TECHNIQUES: dict[str, Technique] = {
    "zero-width": zero_width,
    "zalgo": zalgo,
    "homoglyphs": homoglyphs,
    "leet": leet,
    "spacing": spacing,
    "full-width": full_width,
    "random-tail": random_tail,
    "word-swaps": word_swaps,
}

_ATTEMPTS = 20


def disguise(rng: Random, text: str) -> str:
    """The text under a technique drawn by lot; another is drawn when one leaves it as it is."""
    for _ in range(_ATTEMPTS):
        technique = TECHNIQUES[rng.choice(tuple(TECHNIQUES))]
        if (hidden := technique(rng, text, rng.uniform(0.35, 1.0))) != text:
            return hidden
    return random_tail(rng, text, 1.0)
