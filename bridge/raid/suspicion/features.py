"""What the model sees of a text: hashed n-grams of letters, and words. Pure.

Two views of the unmasked text: with its spaces, and without spaces and doubled letters, so that setting a
word apart or running words together changes only the first.
"""

import re
from itertools import pairwise
from zlib import crc32

from bridge.text.unmask import unmask

BUCKETS = 1 << 18
HEAD, TAIL = 600, 200
"""Characters looked at, from the start and from the end of a longer text."""

_MASK = BUCKETS - 1
_DOUBLED = re.compile(r"(.)\1+")
_WIDTH = 2  # bytes of a letter in UTF-16: every script costs the same, whatever its bytes in UTF-8
# A different start of the checksum keeps the features of one view out of the buckets' way of another.
_SPACED, _COMPACT, _WORD, _PAIR = 0, 0x5EED, 0xC0DE, 0xF00D


def features(text: str) -> set[int]:
    """The buckets that a text falls into, from 0 to `BUCKETS` - 1; none for a text without letters."""
    words = unmask(text if len(text) <= HEAD + TAIL else f"{text[:HEAD]} {text[-TAIL:]}")
    if not words:
        return set()
    compact = _DOUBLED.sub(r"\1", words.replace(" ", ""))
    return _grams(f" {words} ", (2, 3, 4, 5), _SPACED) | _grams(compact, (4, 5, 6), _COMPACT) | _words(words)


def _grams(text: str, lengths: tuple[int, ...], salt: int) -> set[int]:
    data = text.encode("utf-16-le")
    return {
        crc32(data[start : start + width], salt) & _MASK
        for width in [_WIDTH * length for length in lengths]
        for start in range(0, len(data) - width + 1, _WIDTH)
    }


def _words(text: str) -> set[int]:
    words = [word.encode("utf-16-le") for word in text.split()]
    pairs = pairwise(words)
    return {crc32(word, _WORD) & _MASK for word in words} | {
        crc32(second, crc32(first, _PAIR)) & _MASK for first, second in pairs
    }
