"""The threads of this process."""

import threading
from collections.abc import Callable

import pytest

from bridge.store.engine import one_way
from tests.support.house import until


async def no_more_threads_than(before: int) -> None:
    """Returns once every thread that was begun meanwhile has ended. Fails when one does not."""

    async def ended() -> bool:
        return threading.active_count() <= before

    await until(ended, "every thread ended")


def ways_counted(monkeypatch: pytest.MonkeyPatch) -> list[Callable[..., object]]:
    """Whatever goes to the thread of a SQLite connection from now on, in its order."""
    ways: list[Callable[..., object]] = []
    go = one_way.Connection._execute

    async def counted(
        self: one_way.Connection, what: Callable[..., object], *given: object, **named: object
    ) -> object:
        if threading.get_ident() != self._thread.ident:
            ways.append(what)
        return await go(self, what, *given, **named)

    monkeypatch.setattr(one_way.Connection, "_execute", counted)
    return ways
