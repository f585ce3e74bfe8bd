"""What can go wrong at Telegram, chosen by tests."""

import random
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """One call goes wrong. After: it was carried out all the same, only the answer is lost."""

    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    ERROR_500_BEFORE = "error_500_before"
    ERROR_500_AFTER = "error_500_after"
    BAD_GATEWAY_BEFORE = "bad_gateway_before"
    GARBLED_AFTER = "garbled_after"
    EMPTY_AFTER = "empty_after"
    REDIRECTED_BEFORE = "redirected_before"
    RATE_LIMITED = "rate_limited"
    UNAUTHORIZED = "unauthorized"

    @property
    def after(self) -> bool:
        """Whether the call is carried out before things go wrong."""
        return self.value.endswith("_after")


@dataclass(slots=True)
class Faults:
    """What goes wrong next."""

    flooded: dict[int, int] = field(default_factory=dict)
    """Chats for which nothing more is taken, with the seconds that the caller is told to wait."""
    forgetful: int = 0
    """So many answers to `getUpdates` hold what was confirmed long ago, too."""
    shuffle: random.Random | None = None
    """Hands updates out in this one's order."""
    _queues: dict[str, deque[Fault]] = field(default_factory=dict)

    def next(self, *faults: Fault, on: str = "sendMessage") -> None:
        """The next calls of that method meet these, one each and in this order."""
        self._queues.setdefault(on.lower(), deque()).extend(faults)

    def take(self, method: str) -> Fault | None:
        """What the present call meets."""
        queue = self._queues.get(method.lower())
        return queue.popleft() if queue else None
