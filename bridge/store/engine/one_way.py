"""SQLite's driver, with one way to its thread and back for a statement.

It works in a thread of its own. To make a cursor, execute, fetch and close are four ways there, and each
costs more than most statements take. A whole transaction can be carried there, too.
"""

import sqlite3
from collections.abc import Callable, Coroutine, Iterable, Sequence
from threading import get_ident
from time import sleep
from typing import Any, TypeVar, cast

import aiosqlite

T = TypeVar("T")

_CHUNK = 64
"""The driver's own; nothing here is read in chunks."""


def connect(file: str, **options: Any) -> "Connection":
    """A connection that is to be awaited. `options` are those of `sqlite3.connect`."""
    connection = Connection(lambda: sqlite3.connect(file, **options), _CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy has it: no file keeps a process alive
    return connection


class Connection(aiosqlite.Connection):
    """The driver's, with cursors of ours."""

    async def carry(self, work: Coroutine[Any, Any, T]) -> T:
        """Takes work to the driver's thread, whole: there it waits for nothing but this connection."""
        done: T = await self._execute(_carried, work)
        return done

    async def _execute(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """As the driver's, which in its own thread would wait for itself."""
        if get_ident() == self._thread.ident:
            return fn(*args, **kwargs)
        return await super()._execute(fn, *args, **kwargs)  # type: ignore[no-untyped-call]

    def cursor(self) -> "Cursor":  # type: ignore[override]  # that of the driver is awaited first
        """A cursor, to be entered."""
        return Cursor(self)

    async def execute_all(self, told: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """Executes statements, each for all its rows, on one way for all of them."""
        await self._execute(self._run_all, told)

    def _run_all(self, told: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """In the driver's thread."""
        for sql, rows in told:
            self._conn.executemany(sql, rows)


def _carried(work: Coroutine[Any, Any, T]) -> T:
    """In the driver's thread. Work may step aside (`asyncio.sleep(0)`): then others go on, and it goes on."""
    try:
        while work.send(None) is None:
            sleep(0)
    except StopIteration as end:
        return cast("T", end.value)
    work.close()
    raise RuntimeError("What is carried to the database waits for something else.")


class Cursor(aiosqlite.Cursor):
    """Executes and has read every row when it comes back: to close it leaves nothing to do."""

    def __init__(self, connection: Connection) -> None:
        self._conn = connection
        self._rows: Sequence[Any] = ()

    async def __aenter__(self) -> "Cursor":
        """Raises `ValueError` where the connection is closed."""
        self._cursor = self._conn._conn.cursor()  # noqa: SLF001 - the driver's cursors do likewise
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "Cursor":
        """Executes, and reads every row."""
        given = () if parameters is None else parameters
        self._rows = await self._execute(self._run, sql, given)  # type: ignore[no-untyped-call]
        return self

    def _run(self, sql: str, parameters: Any) -> Sequence[Any]:
        """In the driver's thread."""
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchall() if self._cursor.description else ()

    async def fetchall(self) -> Iterable[Any]:
        """The rows that were read; they are handed out once."""
        rows, self._rows = self._rows, ()
        return rows

    async def close(self) -> None:
        """Every row was read, so that the statement has come to its end by itself."""
