"""What a replay of any length writes down instead of remembering it: a database in a file without a name.

SQLite makes it where temporary files go, and lets nobody else open it; it is gone once it is closed, also by
a crash. Nouns stand in it as MessagePack.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from msgspec.msgpack import Decoder, Encoder

from bridge.errors import Misconfigured
from bridge.model import OutboxRow, ReplyId, Sender
from bridge.reasons import Reason

_TABLES = """
CREATE TABLE lines (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
    channel TEXT NOT NULL, sender TEXT NOT NULL, text BLOB NOT NULL, kind TEXT NOT NULL
);
CREATE TABLE labels (id TEXT PRIMARY KEY, label TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE told (
    place INTEGER PRIMARY KEY, full INTEGER NOT NULL, reply TEXT, sender TEXT NOT NULL,
    inbound INTEGER NOT NULL, raid TEXT, suspicion INTEGER NOT NULL, call INTEGER NOT NULL,
    verdict TEXT NOT NULL, reasons BLOB NOT NULL
);
CREATE TABLE people (id TEXT PRIMARY KEY, sender BLOB NOT NULL);
CREATE TABLE replies (id TEXT PRIMARY KEY, reply BLOB NOT NULL, left_at INTEGER);
"""

_SWIFT = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA temp_store = FILE;
PRAGMA cache_size = -16000;
"""
"""Nobody ever reads it after a crash; and what it holds in memory is 16 MB at most."""


packed = Encoder().encode
"""A noun, or several, as it is laid down."""

person_in = Decoder(tuple[Sender, list[ReplyId]]).decode
"""Somebody, and which replies were made to them."""
reply_in = Decoder(OutboxRow).decode
reasons_in = Decoder(tuple[Reason, ...]).decode


class Spool:
    """The file."""

    def __init__(self) -> None:
        """Made empty."""
        self._file = sqlite3.connect("", isolation_level=None)
        self._file.executescript(_SWIFT + _TABLES)
        self._file.execute("BEGIN")  # and never an end: nothing is to last
        self._cursor = self._file.cursor()  # of answers that are short: else each would take one of its own

    def write(self, statement: str, *values: Any) -> bool:
        """Whether a row was written, or changed."""
        return self._cursor.execute(statement, values).rowcount > 0

    def write_all(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """Writes many rows, in half the time that it takes to write each by itself."""
        self._file.executemany(statement, rows)

    def rows(self, question: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """The rows of an answer, as they are read."""
        return self._file.execute(question, values)

    def row(self, question: str, *values: Any) -> tuple[Any, ...] | None:
        """The first row of an answer, if there is one."""
        found: tuple[Any, ...] | None = self._cursor.execute(question, values).fetchone()
        return found

    def only(self, question: str, *values: Any) -> Any:
        """The one value that is asked for. Raises `KeyError` where there is none."""
        found = self.row(question, *values)
        if found is None:
            raise KeyError(values)
        return found[0]

    def number(self, question: str) -> int:
        """An answer that is a number."""
        return int(self.only(question))

    def close(self) -> None:
        """The file is gone."""
        self._file.close()


@contextmanager
def open_spool() -> Iterator[Spool]:
    """A file for as long as it takes. Raises `Misconfigured` where the disk has no room for it."""
    try:
        with closing(Spool()) as spool:
            yield spool
    except sqlite3.OperationalError as error:
        raise Misconfigured(
            f"What a replay lays down meanwhile cannot be written ({error}): make room where temporary files "
            "go, or name another folder in SQLITE_TMPDIR."
        ) from error
