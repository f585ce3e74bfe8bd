"""What can go wrong at Slack, chosen by tests."""

from dataclasses import dataclass, field
from typing import ClassVar

from channels.standins.faults import Fault, Queues

ANY = "any"


@dataclass(slots=True)
class Faults(Queues):
    """What goes wrong next."""

    usual: ClassVar[str] = ANY
    unknown: ClassVar[frozenset[Fault]] = frozenset(
        {Fault.BAD_GATEWAY_BEFORE, Fault.QUEUE_FULL, Fault.SUSPENDED}
    )

    outage: bool = False
    """Every call gets a 503 while this lasts."""
    retry_after_seconds: int = 2
    """What a rate limit that was asked for tells the caller to wait."""
    refused: dict[str, str] = field(default_factory=dict)
    """Methods that always end with this error."""
    addresses_spoilt: int = 0
    """So many addresses for Socket Mode, from now on, are no good."""
    acknowledgements_lost: int = 0
    """So many acknowledgements in Socket Mode never arrive."""

    def take(self, operation: str) -> Fault | None:
        """What the present call meets: its own faults come first, then what any call meets."""
        queued = Queues.take(self, operation) or Queues.take(self, ANY)
        return queued or (Fault.UNAVAILABLE_BEFORE if self.outage else None)
