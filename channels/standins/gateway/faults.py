"""What can go wrong with a telephone, chosen by tests."""

from dataclasses import dataclass, field
from typing import ClassVar

from channels.standins.faults import Fault, Queues


@dataclass(slots=True)
class Faults(Queues):
    """What goes wrong next."""

    usual: ClassVar[str] = "send"
    unknown: ClassVar[frozenset[Fault]] = frozenset(
        {Fault.PLAIN_AFTER, Fault.INVALID_BLOCKS, Fault.SUSPENDED}
    )

    events_lost: bool = False
    """Nobody is called about how messages fare."""
    undeliverable: dict[str, str] = field(default_factory=dict)
    """Addresses that no message reaches, with the reason that the telephone gives."""
