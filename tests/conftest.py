"""Fixtures that every test may ask for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from tests.support import postgresql

# How busy the machine is says nothing about the code: no example has a deadline, or is drawn too slowly.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server; when it cannot start, the test fails."""
    with postgresql.server(tmp_path_factory.mktemp("postgresql")) as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_server: str) -> str:
    """An empty database on the server."""
    return postgresql.new_database(postgresql_server)


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
