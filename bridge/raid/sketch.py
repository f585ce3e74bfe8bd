"""What makes two texts near copies: shingles of letters, and a sketch of them small enough to keep.

Shingles are runs of four letters, so a changed word costs its own length and three more, wherever it
stands. The sketch keeps the smallest of their hashes: texts that share most shingles share most of those.
"""

from zlib import crc32

from bridge.remembered import remembered

SHINGLE = 4
"""Letters in a shingle."""

SKETCH = 8
"""Hashes kept of a text."""

FUZZY = 24
"""Letters from which texts are compared by likeness; shorter ones must be equal."""

LONG = 40
"""Letters from which a smaller likeness will do: short texts have more of their frame in common."""

LONGEST = 400
"""Letters of a text that are compared: pastes show well before."""


def sketch(letters: str, key: int) -> tuple[int, ...]:
    """The smallest hashes of the shingles, in ascending order. `key` (32 bits) makes them ours."""
    return tuple(sorted([one ^ key for one in _shingles(letters)])[:SKETCH])


def likeness(one: str, other: str) -> float:
    """The share of shingles that two texts have in common, 0 to 1 (Jaccard)."""
    first, second = _shingles(one), _shingles(other)
    common = len(first & second)
    return common / (len(first) + len(second) - common or 1)


@remembered(4096)  # the same few pastes are compared with again and again
def _shingles(letters: str) -> frozenset[int]:
    return frozenset(_hashes(letters))


def _hashes(letters: str) -> list[int]:
    data = letters[:LONGEST].encode("utf-8", "surrogatepass")
    return [crc32(data[at : at + SHINGLE]) for at in range(max(1, len(data) - SHINGLE + 1))]
