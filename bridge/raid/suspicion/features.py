"""What the model sees of a text: hashed n-grams of letters, and words. Pure.

Two views of the unmasked text: with its spaces, and without spaces and doubled letters, so that setting a
word apart or running words together changes only the first.

An n-gram's hash is the sum of its letters, each times a factor that goes with its place. So one product of
two long integers hashes all n-grams of a length: letters and factors lie in lanes of 32 bits, and no sum is
large enough to reach into the next lane.
"""

import re
from itertools import pairwise
from random import Random
from struct import unpack_from
from zlib import crc32

from bridge.text.reading import read

BUCKETS = 1 << 18
HEAD, TAIL = 300, 100
"""Letters and spaces looked at, from the start and from the end of a longer text."""

_MASK = BUCKETS - 1
_DOUBLED = re.compile(r"(.)\1+")
_LANE = 32
_SPARE = 4  # low bits of a hash that choose no bucket: they are the least mixed
_FACTOR = 1 << 21  # five letters of one byte each, times this: less than a lane
_WORD, _PAIR = 0xC0DE, 0xF00D
_LONGEST = HEAD + TAIL + 3  # with the spaces between and around


def _repeated(lane: int) -> int:
    return int.from_bytes(lane.to_bytes(_LANE // 8, "little") * _LONGEST, "little")


def _factors(view: str, lengths: tuple[int, ...]) -> list[tuple[int, int]]:
    """For each length of n-gram its factors, one a lane; drawn anew for each view and length."""
    found = []
    for length in lengths:
        draw = Random(f"{view} {length}")  # noqa: S311 - to be drawn the same each time
        found.append((length, sum(draw.randrange(_FACTOR) << _LANE * place for place in range(length))))
    return found


# Of a letter the low byte of its code point counts: it tells an alphabet's letters apart; sums stay small.
_LETTERS, _BUCKET = _repeated(0xFF), _repeated(_MASK)
_SPACED, _COMPACT = _factors("spaced", (3, 4, 5)), _factors("compact", (4, 5))


def features(text: str) -> set[int]:
    """The buckets that a text falls into, from 0 to `BUCKETS` - 1; none for a text without letters."""
    return features_of(read(text).unmasked)


def features_of(unmasked: str) -> set[int]:
    """The same of a text that `unmask` has been through already."""
    if not unmasked:
        return set()
    text = unmasked if len(unmasked) <= HEAD + TAIL else f"{unmasked[:HEAD]} {unmasked[-TAIL:]}"
    compact = _DOUBLED.sub(r"\1", text.replace(" ", ""))
    found = _words(text)
    _add_grams(f" {text} ", _SPACED, found)
    _add_grams(compact, _COMPACT, found)
    return found


def _add_grams(text: str, factors: list[tuple[int, int]], found: set[int]) -> None:
    lanes = int.from_bytes(text.encode("utf-32-le", "surrogatepass"), "little") & _LETTERS
    for length, factor in factors:
        if (count := len(text) - length + 1) > 0:
            hashes = (lanes * factor >> _LANE * (length - 1) + _SPARE) & _BUCKET
            found.update(unpack_from(f"<{count}I", hashes.to_bytes(_LANE // 8 * len(text), "little")))


def _words(text: str) -> set[int]:
    words = text.encode("utf-8", "surrogatepass").split()
    found = {crc32(word, _WORD) & _MASK for word in words}
    found.update([crc32(second, crc32(first, _PAIR)) & _MASK for first, second in pairwise(words)])
    return found
