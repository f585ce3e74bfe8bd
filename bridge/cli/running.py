"""Runs what a command has to wait for."""

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


def done(work: Coroutine[Any, Any, T]) -> T:
    """Runs it to its end."""
    import asyncio  # noqa: PLC0415 - help, and what is worked out offline, wait for nothing

    return asyncio.run(work)
