"""Flood: one sender, many messages.

Sees a person or a machine that writes again and again. Cannot see a flood spread over many numbers: that
is what the other detectors are for. One flood costs one reply at most, so by itself it is no reason to be
on guard against others; several at once are.

Measured (docs/benchmark.md, scenario 1): called a raider by the fifth message in 12 of 12 runs, one reply
paid; now and then a talkative person, who has had the reply, is called one as well.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from itertools import islice

from bridge.model import HOUR, MINUTE, Micros, SenderId
from bridge.raid.sighting import Finding, Sighting
from bridge.reasons import Why, because

WINDOW: Micros = 10 * MINUTE

MANY = 5
"""Messages within the window that make a flood: people who write to a stranger wait for an answer."""

LOUD = 20
"""Messages within the window that the team should hear of."""

SEVERAL = 3
"""Loud senders within an hour that are a raid, and not one odd person."""


@dataclass(slots=True)
class Flood:
    """Messages of each sender within the window. Memory: the senders of ten minutes."""

    recent: OrderedDict[SenderId, deque[Micros]] = field(default_factory=OrderedDict)
    """Whoever wrote last stands at the end."""
    loud: dict[SenderId, Micros] = field(default_factory=dict)
    """When a sender was last loud."""

    def count(self, sighting: Sighting) -> int:
        """Messages of this sender within the window, this one included."""
        since, times = sighting.at - WINDOW, self.recent.get(sighting.sender, ())
        return 1 + (len(times) if not times or times[0] > since else sum(at > since for at in times))

    def look(self, sighting: Sighting) -> Finding | None:
        """What this message adds to a flood that the team should hear of."""
        count = self.count(sighting)
        if count < LOUD:
            return None
        others = self._loud_at(sighting.at) - {sighting.sender}
        known = sighting.sender in self.loud and sighting.at - self.loud[sighting.sender] < WINDOW
        return Finding(
            "flood",
            sighting.sender,
            (sighting.sender,),
            1 if known else count,
            because(Why.FLOOD, messages=count),
            grave=len(others) + 1 >= SEVERAL,
        )

    def add(self, sighting: Sighting) -> None:
        """Takes the message in."""
        if self.count(sighting) >= LOUD:
            self.loud[sighting.sender] = sighting.at
        times = self.recent.setdefault(sighting.sender, deque(maxlen=LOUD))
        times.append(sighting.at)
        self.recent.move_to_end(sighting.sender)
        self._forget(sighting.at)

    def _loud_at(self, now: Micros) -> set[SenderId]:
        return {sender for sender, at in self.loud.items() if now - at < HOUR}

    def _forget(self, now: Micros) -> None:
        """Lets go of who has been silent; of those who were loud it looks at one a message."""
        while now - next(iter(self.recent.values()))[-1] >= WINDOW:
            self.recent.popitem(last=False)
        for sender in list(islice(self.loud, 1)):
            at = self.loud.pop(sender)
            if now - at < HOUR:
                self.loud[sender] = at
