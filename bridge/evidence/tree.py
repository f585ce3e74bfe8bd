"""The Merkle tree over the log (RFC 6962), cut into tiles of 256 hashes (C2SP tlog-tiles). Pure.

A full tile's own root is a hash of the level above: appending touches one tile a level, and whatever must be
proved is found in a few of them. Leaves are counted from 0 here, places in the log from 1.
"""

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import TypeAlias

from bridge.evidence.proofs import HASH, leaf_hash, node_hash

WIDTH = 256
"""Hashes in a full tile."""

_HEIGHT = 8
_MOST_REMEMBERED = 20_000

Address: TypeAlias = tuple[int, int]
"""Level and number of a tile."""


def edge(size: int) -> Iterator[Address]:
    """The tiles that are not full, from the lowest level up, of a tree with so many leaves."""
    level = 0
    while size:
        if size % WIDTH:
            yield level, size // WIDTH
        size, level = size // WIDTH, level + 1


def grow(tiles: MutableMapping[Address, bytes], size: int, leaves: Iterable[bytes]) -> int:
    """Appends leaves to a tree of `size`, whose edge must be in `tiles`; returns its new size.

    What is in `tiles` afterwards, and differs, is to be stored.
    """
    for one in leaves:
        _put(tiles, 0, size, leaf_hash(one))
        size += 1
    return size


def _put(tiles: MutableMapping[Address, bytes], level: int, place: int, digest: bytes) -> None:
    address = level, place // WIDTH
    tile = tiles[address] = tiles.get(address, b"") + digest
    if len(tile) == WIDTH * HASH:
        _put(tiles, level + 1, address[1], _root(tile))


def _root(hashes: bytes) -> bytes:
    """Of a power of two of hashes."""
    row = [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


class Tree:
    """Proofs over a tree whose tiles are at hand."""

    def __init__(self, tile: Callable[[int, int], bytes]) -> None:
        """`tile`: level and number to the hashes; it may be asked again and again."""
        self._tile = tile
        self._known: dict[Address, bytes] = {}

    def root(self, size: int) -> bytes:
        """The head of the first `size` leaves."""
        return self._range(0, size)

    def inclusion(self, leaf: int, size: int) -> list[bytes]:
        """The audit path of a leaf (RFC 6962, 2.1.1), the lowest hash first."""
        path: list[bytes] = []
        low, high = 0, size
        while high - low > 1:
            middle = low + _split(high - low)
            if leaf < middle:
                path.append(self._range(middle, high))
                high = middle
            else:
                path.append(self._range(low, middle))
                low = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the first `old` of `new` leaves are those of then (RFC 6962, 2.1.2)."""
        return self._consistency(old, 0, new, whole=True) if 0 < old < new else []

    def _consistency(self, old: int, low: int, high: int, *, whole: bool) -> list[bytes]:
        count = high - low
        if old == count:
            return [] if whole else [self._range(low, high)]
        middle = _split(count)
        if old <= middle:
            return [
                *self._consistency(old, low, low + middle, whole=whole),
                self._range(low + middle, high),
            ]
        right = self._consistency(old - middle, low + middle, high, whole=False)
        return [*right, self._range(low, low + middle)]

    def _range(self, low: int, high: int) -> bytes:
        count = high - low
        if count & (count - 1) == 0:
            return self._node(count.bit_length() - 1, low // count)
        middle = low + _split(count)
        return node_hash(self._range(low, middle), self._range(middle, high))

    def _node(self, height: int, number: int) -> bytes:
        """The root of the `number`-th group of 2^height leaves."""
        known = self._known.get((height, number))
        if known is None:
            if len(self._known) > _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[height, number] = self._made(height, number)
        return known

    def _made(self, height: int, number: int) -> bytes:
        level, above = divmod(height, _HEIGHT)
        if above:
            return node_hash(self._node(height - 1, 2 * number), self._node(height - 1, 2 * number + 1))
        tile, at = divmod(number, WIDTH)
        return self._tile(level, tile)[HASH * at : HASH * (at + 1)]


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1
