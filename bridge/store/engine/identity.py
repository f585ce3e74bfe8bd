"""What tells one database from every other: a name that was drawn by chance when it was first opened.

It goes with the database wherever that is copied, restored or moved to.
"""

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import facts

NAME = "identity"
"""The fact by which a database tells it."""

_BYTES = 16


async def identify(connection: AsyncConnection) -> str:
    """The name of this database; one is drawn where it has none."""
    drawn = {"name": NAME, "value": secrets.token_hex(_BYTES)}
    await connection.execute(insert_new(connection, facts, "name"), drawn)
    return await identity(connection) or ""


async def identity(connection: AsyncConnection) -> str | None:
    """The name of this database; `None` before anybody has opened it to write."""
    return await connection.scalar(select(facts.c.value).where(facts.c.name == NAME))


def identity_at_rest(file: Path) -> str | None:
    """The same of a SQLite file that this process has not opened; `None` where nobody can tell."""
    logged = file.with_name(file.name + "-wal").exists()
    uri = f"{file.absolute().as_uri()}?mode=ro{'' if logged else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            row = database.execute("SELECT value FROM facts WHERE name = ?", (NAME,)).fetchone()
    except (sqlite3.Error, UnicodeError):
        return None
    return str(row[0]) if row else None
