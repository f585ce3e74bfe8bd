"""How much work something is, counted and not timed: the calls it makes, of Python's functions and of C's."""

import sys
from collections.abc import Awaitable
from types import FrameType
from typing import TypeVar, cast

T = TypeVar("T")


def stepped(work: Awaitable[T]) -> tuple[T, int]:
    """What something that waits for nothing returns, and the number of calls that it made."""
    counted = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        next(work.__await__())
    except StopIteration as end:
        return cast(T, end.value), counted
    finally:
        sys.setprofile(None)
    raise AssertionError("It waits for something.")
