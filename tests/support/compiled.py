"""Statements are compiled once a process instead of once a store: a test has a store of its own."""

from typing import Any

from sqlalchemy import Compiled, Connection, Engine, event

Key = tuple[Any, ...]


class _Compiled(dict[Key, Compiled]):
    """What is compiled for one dialect serves all others of its kind: every store sets its own up alike."""

    def get(self, key: Key, default: Any = None) -> Any:
        """What was compiled under that key."""
        return super().get(_alike(key), default)

    def __setitem__(self, key: Key, compiled: Compiled) -> None:
        super().__setitem__(_alike(key), compiled)


def _alike(key: Key) -> Key:
    dialect, *what = key
    return type(dialect), *what


_shared = _Compiled()


def share() -> None:
    """From now on, for every engine there is or will be."""
    event.listen(Engine, "engine_connect", _with_shared)


def _with_shared(connection: Connection) -> None:
    connection.execution_options(compiled_cache=_shared)
