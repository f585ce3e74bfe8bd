"""Ordinary texts without end, no two alike: sentences that nobody wrote, of words that mean nothing."""

from random import Random

_SYLLABLES = [
    f"{start}{vowel}{end}"
    for start in ("b", "ch", "d", "f", "g", "l", "m", "n", "p", "r", "s", "t", "v")
    for vowel in ("a", "e", "i", "o", "ou", "ai", "an", "eu")
    for end in ("", "l", "r", "s", "t", "n")
]


def own_words(n: int, words: int = 8) -> str:
    """What the n-th person writes; the same for the same n."""
    chance = Random(f"{n}/{words}")
    return " ".join("".join(chance.choices(_SYLLABLES, k=chance.randint(1, 3))) for _ in range(words))
