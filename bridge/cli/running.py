"""Runs what a command has to wait for."""

from collections.abc import Coroutine
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


def done(work: Coroutine[Any, Any, T]) -> T:
    """Runs it to its end."""
    import asyncio  # noqa: PLC0415 - help, and what is worked out offline, wait for nothing

    from bridge.cli.terminal import put_line  # noqa: PLC0415
    from bridge.service.asking import aside  # noqa: PLC0415

    aside.set(partial(put_line, error=True))
    return asyncio.run(work)
