"""The log's tree at hand for many proofs: the upper tiles whole, of the lowest the few needed now."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.evidence.proofs import HASH
from bridge.evidence.tree import WIDTH, Address, Tree
from bridge.store.books import log

_MOST = 512
"""Tiles of the lowest level that are remembered: 4 MB."""


class Forest:
    """Proofs against the log as it was when it had `size` entries; it may have grown since."""

    def __init__(self, size: int, upper: dict[Address, bytes]) -> None:
        """`upper`: the tiles above the lowest level."""
        self.size = size
        self._upper = upper
        self._lowest: dict[int, bytes] = {}
        self.tree = Tree(self._tile)

    @classmethod
    async def opened(cls, connection: AsyncConnection, size: int) -> "Forest":
        """Reads the upper tiles."""
        return cls(size, await log.upper(connection))

    async def bring(self, connection: AsyncConnection, leaves: Iterable[int]) -> None:
        """Brings what proofs about these leaves, counted from 0, need."""
        if len(self._lowest) > _MOST:
            self._lowest.clear()
        wanted = {leaf // WIDTH for leaf in (*leaves, self.size - 1, self.size)} - self._lowest.keys()
        found = await log.load(connection, [(0, number) for number in sorted(wanted)])
        for (_, number), hashes in found.items():
            self._lowest[number] = hashes

    def leaf(self, place: int) -> bytes:
        """The hash that stands at a place, counted from 0."""
        tile, at = divmod(place, WIDTH)
        return self._lowest[tile][HASH * at : HASH * (at + 1)]

    def _tile(self, level: int, number: int) -> bytes:
        return self._upper[level, number] if level else self._lowest[number]
