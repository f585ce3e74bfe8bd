"""What can go wrong at Slack, chosen by tests."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum

ANY = "any"


class Fault(StrEnum):
    """One call goes wrong. After: Slack did what was asked all the same, only the answer is lost."""

    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    ERROR_500_BEFORE = "error_500_before"
    ERROR_500_AFTER = "error_500_after"
    UNAVAILABLE_BEFORE = "unavailable_before"
    GARBLED_AFTER = "garbled_after"
    PLAIN_AFTER = "plain_after"
    EMPTY_AFTER = "empty_after"
    REDIRECTED_BEFORE = "redirected_before"
    RATE_LIMITED = "rate_limited"
    INVALID_BLOCKS = "invalid_blocks"
    UNAUTHORIZED = "unauthorized"

    @property
    def after(self) -> bool:
        """Whether the work is done before things go wrong."""
        return self.value.endswith("_after")


@dataclass(slots=True)
class Faults:
    """What goes wrong next."""

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
    _queues: dict[str, deque[Fault]] = field(default_factory=dict)

    def next(self, *faults: Fault, on: str = ANY) -> None:
        """The next calls of the method `on` meet these, one each and in this order."""
        self._queues.setdefault(on, deque()).extend(faults)

    def take(self, method: str) -> Fault | None:
        """What the present call meets."""
        for name in (method, ANY):
            if queue := self._queues.get(name):
                return queue.popleft()
        return Fault.UNAVAILABLE_BEFORE if self.outage else None
