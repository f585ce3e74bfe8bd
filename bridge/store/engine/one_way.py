"""SQLite's driver, with one way to its thread and back for a statement.

It works in a thread of its own. To make a cursor, execute, fetch and close are four ways there, and each
costs more than most statements take.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

import aiosqlite

_CHUNK = 64
"""The driver's own; nothing here is read in chunks."""


def connect(file: str, **options: Any) -> "Connection":
    """A connection that is to be awaited. `options` are those of `sqlite3.connect`."""
    connection = Connection(lambda: sqlite3.connect(file, **options), _CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy has it: no file keeps a process alive
    return connection


class Connection(aiosqlite.Connection):
    """The driver's, with cursors of ours."""

    def cursor(self) -> "Cursor":  # type: ignore[override]  # that of the driver is awaited first
        """A cursor, to be entered."""
        return Cursor(self)

    async def execute_all(self, told: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """Executes statements, each for all its rows, on one way for all of them."""
        await self._execute(self._run_all, told)  # type: ignore[no-untyped-call]

    def _run_all(self, told: Iterable[tuple[str, Sequence[Any]]]) -> None:
        """In the driver's thread."""
        for sql, rows in told:
            self._conn.executemany(sql, rows)


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
