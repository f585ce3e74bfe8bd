"""Databases in which something has happened already: copies of one, for it to happen takes longer."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from bridge.store.engine.store import Store
from tests.support import postgresql, sqlite

Fill = Callable[[Store], Awaitable[object]]
"""What happens in it, once a process."""

After = Callable[[str, Fill], str]
"""The URL of a database, on the engine of that name, in which that has happened."""


def sqlite_file(file: Path, fill: Fill) -> str:
    """The URL of a file."""
    file.write_bytes(_file(fill))
    return f"sqlite:///{file}"


def postgresql_database(server_url: str, template: str, fill: Fill) -> str:
    """The URL of a database on a server; `template` is a migrated one."""
    return postgresql.new_database(server_url, _database(server_url, template, fill))


@cache
def _file(fill: Fill) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rempart.db"
        asyncio.run(_filled(sqlite.migrated(file), fill))
        with closing(sqlite3.connect(file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return file.read_bytes()


@cache
def _database(server_url: str, template: str, fill: Fill) -> str:
    url = postgresql.new_database(server_url, template)
    asyncio.run(_filled(url, fill))
    return postgresql.name_of(url)


async def _filled(url: str, fill: Fill) -> None:
    store = Store(url)
    try:
        await fill(store)
    finally:
        await store.close()
