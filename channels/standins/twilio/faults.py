"""What can go wrong at Twilio, chosen by tests."""

import random
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from channels.standins.faults import Fault, Queues


class Operation(StrEnum):
    """The calls that can go wrong."""

    CREATE = "create"
    LIST = "list"
    FETCH = "fetch"
    PRICES = "prices"
    ACCOUNT = "account"
    NUMBERS = "numbers"


@dataclass(slots=True)
class CallbackFaults:
    """How status callbacks go astray."""

    repeat: int = 1
    """How often each is sent, all at once."""
    shuffle: random.Random | None = None
    """Holds all callbacks of a message back until its last, then sends them in this one's order."""
    late_seconds: float = 0
    """Holds them back likewise, and this long."""
    drop: frozenset[str] = frozenset()
    """The statuses of which nobody is told."""

    @property
    def hold(self) -> bool:
        """Whether callbacks wait for the end of their message."""
        return self.shuffle is not None or self.late_seconds > 0


@dataclass(slots=True)
class ChargeFaults:
    """How what messages cost comes to be known."""

    late_seconds: float = 0
    """This long after the last status."""
    never: bool = False
    other: Decimal | None = None
    """What every message costs, whatever the tariff says."""


@dataclass(slots=True)
class Faults(Queues):
    """What goes wrong next."""

    usual: ClassVar[str] = Operation.CREATE
    unknown: ClassVar[frozenset[Fault]] = frozenset(
        {Fault.BAD_GATEWAY_BEFORE, Fault.PLAIN_AFTER, Fault.INVALID_BLOCKS}
    )

    callbacks: CallbackFaults = field(default_factory=CallbackFaults)
    charges: ChargeFaults = field(default_factory=ChargeFaults)
    undeliverable: dict[str, int] = field(default_factory=dict)
    """Addresses that no message reaches, with the error code that the carrier gives."""
    webhooks_lost: bool = False
    """Nobody is called about the texts that arrive; the log has them."""
