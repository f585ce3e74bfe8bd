"""The real service, which may be told to die at a named point: `CRASH_AT=point:N`, at its Nth passing.

It also looks more often than in service, so that a run takes minutes and not hours.
"""

import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from bridge.cli import main
from bridge.loops import dispatch, folding, reconcile
from bridge.service.pipeline import Pipeline
from bridge.store import outbox
from channels import sms
from channels.sms import Sms


def _dying(
    function: Callable[..., Awaitable[Any]], after: int, *, before: bool
) -> Callable[..., Awaitable[Any]]:
    passed = 0

    async def wrapper(*args: Any, **kwargs: Any) -> Any:
        nonlocal passed
        passed += 1
        if before and passed >= after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = await function(*args, **kwargs)
        if passed >= after:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapper


_PLACES: dict[str, tuple[object, str, bool]] = {
    "committed": (Pipeline, "commit", False),
    "folded": (folding.Folding, "batch", False),
    "claimed": (dispatch.Dispatch, "_claim", False),
    "before_call": (Sms, "send", True),
    "after_call": (Sms, "send", False),
    "settled": (outbox, "settle", False),
}
"""Where each point lies, from "received" to "settled", and whether death comes before what happens there."""

POINTS = tuple(_PLACES)


def _arm(point: str, after: int) -> None:
    owner, name, before = _PLACES[point]
    setattr(owner, name, _dying(getattr(owner, name), after, before=before))


def _hurry() -> None:
    """Looks and retries sooner than in service."""
    setattr(reconcile, "REST", 0.5)  # noqa: B010 - constants, and only here are they not
    setattr(reconcile, "LONG_ENOUGH", 3_000_000)  # noqa: B010
    setattr(sms, "_SELDOM", 1.0)  # noqa: B010
    setattr(dispatch, "_PATIENCE", (300_000, 1_000_000))  # noqa: B010
    Sms.patience_seconds = 2


if __name__ == "__main__":
    _hurry()
    armed, _, count = os.environ.get("CRASH_AT", "").partition(":")
    if armed:
        _arm(armed, int(count))
    main()
