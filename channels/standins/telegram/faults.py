"""What can go wrong at Telegram, chosen by tests."""

import random
from dataclasses import dataclass, field
from typing import ClassVar

from channels.standins.faults import Fault, Queues


@dataclass(slots=True)
class Faults(Queues):
    """What goes wrong next."""

    usual: ClassVar[str] = "sendMessage"
    unknown: ClassVar[frozenset[Fault]] = frozenset(
        {Fault.UNAVAILABLE_BEFORE, Fault.PLAIN_AFTER, Fault.QUEUE_FULL, Fault.INVALID_BLOCKS, Fault.SUSPENDED}
    )

    flooded: dict[int, int] = field(default_factory=dict)
    """Chats for which nothing more is taken, with the seconds that the caller is told to wait."""
    forgetful: int = 0
    """So many answers to `getUpdates` hold what was confirmed long ago, too."""
    shuffle: random.Random | None = None
    """Hands updates out in this one's order."""
