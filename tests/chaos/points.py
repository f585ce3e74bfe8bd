"""Where the service may be told to die, from "received" to "settled": `CRASH_AT=point:N`, at its Nth passing.

Points that end in "ing" lie inside a transaction: what it did is not committed yet.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from bridge.loops import dispatch, folding
from bridge.service.pipeline import Pipeline
from bridge.store.books import sending
from bridge.store.books.journal import Journal
from channels.sms import Sms

Step = Callable[..., Awaitable[Any]]

_PLACES: dict[str, tuple[Any, str, bool]] = {
    "received": (Pipeline, "commit", True),
    "storing": (Journal, "append", False),
    "stored": (Pipeline, "commit", False),
    "deciding": (folding, "save", False),
    "decided": (folding.Folding, "batch", False),
    "claiming": (sending, "claim", False),
    "claimed": (dispatch.Dispatch, "_claim", False),
    "before_call": (Sms, "send", True),
    "after_call": (Sms, "send", False),
    "settling": (sending, "settle", False),
    "settled": (dispatch.Dispatch, "_settle", False),
}
"""What is passed at each point, and whether death comes before what happens there."""

POINTS = tuple(_PLACES)


def arm(order: str) -> None:
    """Has this process kill itself where `order` says, such as `claimed:3`; an empty order does nothing."""
    point, _, count = order.partition(":")
    if point:
        owner, name, before = _PLACES[point]
        dying = _dying_before if before else _dying_after
        setattr(owner, name, dying(getattr(owner, name), int(count)))


def _dying_before(step: Step, last: int) -> Step:
    passed = 0

    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        nonlocal passed
        passed += 1
        if passed >= last:
            os.kill(os.getpid(), signal.SIGKILL)
        return await step(*args, **kwargs)

    return wrapper


def _dying_after(step: Step, last: int) -> Step:
    passed = 0

    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        nonlocal passed
        result = await step(*args, **kwargs)
        passed += result is None or bool(result)  # a batch of none passes nothing
        if passed >= last:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapper
