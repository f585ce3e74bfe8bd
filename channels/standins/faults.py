"""What can go wrong at any provider, chosen by tests: each fault spoils one call."""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, TypeVar

Answer = TypeVar("Answer")


class Fault(StrEnum):
    """One call goes wrong. After: what was asked is done all the same, only the answer is lost."""

    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"
    ERROR_500_BEFORE = "error_500_before"
    ERROR_500_AFTER = "error_500_after"
    BAD_GATEWAY_BEFORE = "bad_gateway_before"
    UNAVAILABLE_BEFORE = "unavailable_before"
    GARBLED_AFTER = "garbled_after"
    PLAIN_AFTER = "plain_after"
    EMPTY_AFTER = "empty_after"
    REDIRECTED_BEFORE = "redirected_before"
    RATE_LIMITED = "rate_limited"
    QUEUE_FULL = "queue_full"
    INVALID_BLOCKS = "invalid_blocks"
    UNAUTHORIZED = "unauthorized"
    SUSPENDED = "suspended"

    @property
    def after(self) -> bool:
        """Whether the work is done before things go wrong."""
        return self.value.endswith("_after")


HANGS = frozenset({Fault.HANG_BEFORE, Fault.HANG_AFTER})
RESETS = frozenset({Fault.RESET_BEFORE, Fault.RESET_AFTER})


@dataclass(slots=True)
class Queues:
    """What the next calls meet, by what they ask for."""

    usual: ClassVar[str]
    """The operation that is meant where none is named."""
    unknown: ClassVar[frozenset[Fault]]
    """What cannot happen at this provider: asking for it is a mistake in the test."""
    _queues: dict[str, deque[Fault]] = field(default_factory=dict, kw_only=True)

    def next(self, *faults: Fault, on: str | None = None) -> None:
        """The next calls of the operation `on` meet these, one each and in this order."""
        if self.unknown.intersection(faults):
            raise ValueError("This cannot happen at this provider.")
        self._queues.setdefault((on or self.usual).lower(), deque()).extend(faults)

    def take(self, operation: str) -> Fault | None:
        """What the present call meets."""
        queue = self._queues.get(operation.lower())
        return queue.popleft() if queue else None


async def under(
    fault: Fault | None,
    work: Callable[[], Awaitable[Answer]],
    go_wrong: Callable[[Fault], Awaitable[Answer]],
) -> Answer:
    """The work's answer; or, where something goes wrong, that: before the work, or after it."""
    if fault is None:
        return await work()
    if fault.after:
        await work()
    return await go_wrong(fault)
