"""Asks a room again while it is slow or busy, for as long as somebody can wait."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bridge.model import SECOND
from bridge.ports import Unreachable

_PAUSE = 1.0  # seconds
_PASSES = frozenset({"timeout", "unreachable", "disconnected", "unreadable"})
"""What may be otherwise in a moment."""

SHOWN_SECONDS = 10
"""So long a room is asked again to show somebody what they wait for: nothing else tells them."""

T = TypeVar("T")


async def patiently(ask: Callable[[], Awaitable[T]], seconds: float) -> T:
    """What `ask` says within so many seconds, asked again where waiting may help.

    Raises `Unreachable` with the last fault's code.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        try:
            async with asyncio.timeout_at(end):
                return await ask()
        except TimeoutError:
            raise Unreachable("timeout") from None
        except Unreachable as fault:
            pause = max(_PAUSE, (fault.retry_after or 0) / SECOND)
            if not _may_pass(fault) or loop.time() + pause >= end:
                raise
        await asyncio.sleep(pause)


def _may_pass(fault: Unreachable) -> bool:
    return fault.retry_after is not None or fault.in_doubt or str(fault) in _PASSES or "http_5" in str(fault)
