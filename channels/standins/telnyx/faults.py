"""What can go wrong at Telnyx, chosen by tests."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from channels.standins.faults import Fault, Queues


@dataclass(slots=True)
class Faults(Queues):
    """What goes wrong next."""

    usual: ClassVar[str] = "send"
    unknown: ClassVar[frozenset[Fault]] = frozenset({Fault.PLAIN_AFTER, Fault.INVALID_BLOCKS})

    events_lost: bool = False
    """Nobody is called about how messages fare."""
    undeliverable: dict[str, int] = field(default_factory=dict)
    """Addresses that no message reaches, with the error code that is told."""
    lag: timedelta = timedelta(0)
    """How long a new message stays out of the detail records."""
