"""What can go wrong at Twilio, chosen by tests."""

import random
from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Fault(StrEnum):
    """One call goes wrong. After: the message was taken all the same, only the answer is lost."""

    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    ERROR_500_BEFORE = "error_500_before"
    ERROR_500_AFTER = "error_500_after"
    UNAVAILABLE_BEFORE = "unavailable_before"
    GARBLED_AFTER = "garbled_after"
    EMPTY_AFTER = "empty_after"
    REDIRECTED_BEFORE = "redirected_before"
    RATE_LIMITED = "rate_limited"
    QUEUE_FULL = "queue_full"
    UNAUTHORIZED = "unauthorized"
    SUSPENDED = "suspended"

    @property
    def after(self) -> bool:
        """Whether the message is taken before things go wrong."""
        return self.value.endswith("_after")


class Operation(StrEnum):
    """The calls that can go wrong."""

    CREATE = "create"
    LIST = "list"
    FETCH = "fetch"
    PRICES = "prices"


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
class Faults:
    """What goes wrong next."""

    callbacks: CallbackFaults = field(default_factory=CallbackFaults)
    charges: ChargeFaults = field(default_factory=ChargeFaults)
    undeliverable: dict[str, int] = field(default_factory=dict)
    """Addresses that no message reaches, with the error code that the carrier gives."""
    webhooks_lost: bool = False
    """Nobody is called about the texts that arrive; the log has them."""
    _queues: dict[Operation, deque[Fault]] = field(default_factory=dict)

    def next(self, *faults: Fault, on: Operation = Operation.CREATE) -> None:
        """The next calls of that operation meet these, one each and in this order."""
        self._queues.setdefault(on, deque()).extend(faults)

    def take(self, operation: Operation) -> Fault | None:
        """What the present call meets."""
        queue = self._queues.get(operation)
        return queue.popleft() if queue else None
