"""Blocks: many fresh numbers from one narrow range.

Sees SIM farms and rented ranges, whatever their texts say, in any language. Cannot see numbers that are
spread over the whole country, nor free channels, which have no ranges. France has about 20,000 ranges of
10,000 mobile numbers, so that few coincide by chance; how many may grows with what arrives.

Measured (docs/benchmark.md, scenario 8): 5,000 numbers from three ranges are all caught, 0.00 EUR paid; seen
after about 60 messages, while the first replies still wait.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from statistics import median

from bridge.model import HOUR, Micros, SenderId
from bridge.raid.sighting import Finding, Sighting
from bridge.reasons import Why, because

WINDOW = 4_000
"""Fresh senders that are looked at. Memory: about 200 bytes each."""

WINDOW_TIME: Micros = HOUR

SENDERS = 25
"""Fresh senders of one range, at least. Chance does not bring them together; and since a reply waits ten
minutes at least, fewer would not save more."""

SHARE = 0.01
"""And so many of all fresh senders."""

CROWDED = 5
"""And so many times what the other ranges in sight hold (median): where all ranges are full, none is."""

FEW = 6
"""Ranges below which a median says little."""


@dataclass(slots=True)
class Blocks:
    """The ranges of the newest fresh senders."""

    window: deque[tuple[Micros, str, SenderId]] = field(default_factory=deque)
    counts: Counter[str] = field(default_factory=Counter)
    convicted: set[str] = field(default_factory=set)
    """Ranges that a raid comes from."""
    excused: set[str] = field(default_factory=set)
    """Ranges of which the team said that no raid comes from them, while they are in sight."""

    def look(self, sighting: Sighting, *, raid: bool) -> Finding | None:
        """What this message adds to a crowded range."""
        block = sighting.block
        if block is None or not sighting.first or block in self.excused:
            return None
        if raid and block in self.convicted:
            return self._finding(block, (sighting.sender,))
        count = self.counts[block] + 1
        if not self._crowded(block, count):
            return None
        since = sighting.at - WINDOW_TIME  # after a quiet night the window still holds what is older
        members = {sender for at, one, sender in self.window if one == block and at >= since}
        members.add(sighting.sender)
        if len(members) < SENDERS:
            return None
        return self._finding(block, tuple(sorted(members)))

    def add(self, sighting: Sighting, *, convicted: bool = False) -> None:
        """Takes the message in; `convicted` when its range is now known to be crowded."""
        if sighting.block is None or not sighting.first:
            return
        self.window.append((sighting.at, sighting.block, sighting.sender))
        self.counts[sighting.block] += 1
        if convicted:
            self.convicted.add(sighting.block)
        while len(self.window) > WINDOW or sighting.at - self.window[0][0] > WINDOW_TIME:
            self._forget(self.window.popleft()[1])

    def suspected(self) -> set[SenderId]:
        """Everybody of a range that is half as full as it takes."""
        full = {block for block, count in self.counts.items() if 2 * count >= SENDERS}
        return {sender for _, block, sender in self.window if block in full - self.convicted}

    def excuse(self) -> None:
        """What was convicted is forgiven."""
        self.excused |= self.convicted
        self.convicted.clear()

    def reconsider(self) -> None:
        """What was excused counts again."""
        self.excused.clear()

    def _crowded(self, block: str, count: int) -> bool:
        if count < max(SENDERS, SHARE * len(self.window)):
            return False
        others = [held for other, held in self.counts.items() if other != block]
        if len(others) < FEW:
            return bool(others)  # where everybody comes from one range, there is nothing to compare it with
        return count >= CROWDED * median(others)

    def _finding(self, block: str, members: tuple[SenderId, ...]) -> Finding:
        count = self.counts[block] + 1
        reason = because(Why.FRESH_NUMBERS, count=count)
        return Finding("blocks", block, members, len(members), reason)

    def _forget(self, block: str) -> None:
        self.counts[block] -= 1
        if not self.counts[block]:
            del self.counts[block]
            self.convicted.discard(block)
            self.excused.discard(block)
