"""Databases in which something has happened already: copies of one, for it to happen takes longer."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from bridge.store.engine.store import Store
from tests.support import postgresql, sqlite

Fill = Callable[[Store], Awaitable[object]]
"""What happens in it, once a process."""


class After(Protocol):
    """Gives databases in which something has happened already."""

    def __call__(self, engine: str, fill: Fill, /, *, empty: bool = False) -> str:
        """The URL of one, on the engine of that name; `empty`: it had not even tables before."""


def sqlite_file(file: Path, fill: Fill, *, empty: bool = False) -> str:
    """The URL of a file."""
    file.write_bytes(_file(fill, empty=empty))
    return f"sqlite:///{file}"


def postgresql_database(server_url: str, template: str, fill: Fill) -> str:
    """The URL of a database on a server; `template` is what it was before."""
    return postgresql.new_database(server_url, _database(server_url, template, fill))


@cache
def _file(fill: Fill, *, empty: bool) -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "rempart.db"
        asyncio.run(_filled(f"sqlite:///{file}" if empty else sqlite.migrated(file), fill))
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
