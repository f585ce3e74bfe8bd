"""Whose a database is: what tells it from every other, the secret it was made with, and the line it serves.

Each is a fact that stands in it from its first opening on, and goes with it wherever it is copied, restored
or moved to.
"""

import hmac
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured
from bridge.store.engine.address import at_rest
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import facts

IDENTITY, SECRET, LINE = "identity", "secret", "line"
"""The facts by which a database tells it. There is no line while there was only ever one without a name."""

UNRECOGNISED = (
    "REMPART_SECRET is not the secret this database was made with: "
    "set the old one again, or point REMPART_DATABASE_URL at a new database."
)

_BYTES = 16


async def identify(connection: AsyncConnection) -> str:
    """The name of this database, drawn by chance; one is drawn where it has none."""
    return await _once(connection, IDENTITY, secrets.token_hex(_BYTES))


async def identity(connection: AsyncConnection) -> str | None:
    """The name of this database; `None` before anybody has opened it to write."""
    return await _told(connection, IDENTITY)


def identity_at_rest(file: Path) -> str | None:
    """The same of a SQLite file that this process has not opened; `None` where nobody can tell."""
    return _told_at_rest(file, IDENTITY)


def line_at_rest(file: Path) -> str | None:
    """Whose such a file is; `None` where it is no line's by name, or nobody can tell."""
    return _told_at_rest(file, LINE)


def _told_at_rest(file: Path, name: str) -> str | None:
    try:
        with closing(sqlite3.connect(at_rest(file), uri=True)) as database:
            row = database.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
    except (sqlite3.Error, UnicodeError):
        return None
    return str(row[0]) if row else None


def mark(recognition_key: bytes) -> str:
    """What stands for a secret: nobody can tell the secret from it."""
    return hmac.digest(recognition_key, b"this database", "sha256").hex()


async def recognise(connection: AsyncConnection, recognition_key: bytes) -> None:
    """Raises `Misconfigured` when another secret made this database: nothing in it could be opened."""
    ours = mark(recognition_key)
    if await _once(connection, SECRET, ours) != ours:
        raise Misconfigured(UNRECOGNISED)


async def marked(connection: AsyncConnection) -> str | None:
    """The mark of the secret that made this database; `None` where nothing was sealed in it yet."""
    return await _told(connection, SECRET)


async def belong_to(connection: AsyncConnection, line: str) -> None:
    """Marks a database as a line's. Raises `Misconfigured` where it is another one's.

    Whoever has one line again, without a name, goes on with whichever database is named.
    """
    if not line:
        return
    owner = await _once(connection, LINE, line)
    if owner != line:
        raise Misconfigured(
            f"The database that the line {line} would use is that of the line {owner}: give the lines the "
            "names that they had, and put the one first that was."
        )


async def _once(connection: AsyncConnection, name: str, value: str) -> str:
    """What stands under the name: the value, where nothing stood there yet."""
    await connection.execute(insert_new(connection, facts, "name"), {"name": name, "value": value})
    return await _told(connection, name) or ""


async def _told(connection: AsyncConnection, name: str) -> str | None:
    return await connection.scalar(select(facts.c.value).where(facts.c.name == name))
