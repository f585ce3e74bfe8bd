"""Fixtures that every test may ask for; and how many run at once."""

import gc
import os
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bridge.store.engine.store import Store
from tests.demo.chromium import chromium
from tests.support import compiled, memory, order, postgresql, prepared, sqlite, workers
from tests.support.examples import examples

compiled.share()
memory.use()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two for each core and one more: half of the tests wait; but each worker collects all of them anew."""
    return 2 * (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In another order than that of the alphabet."""
    order.longest_first(items)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays to the end: it is not looked through for garbage, now or ever again."""
    workers.wait_for_the_first()
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(SELDOM)
        gc.enable()
        workers.has_collected()


def pytest_unconfigure() -> None:
    """Once everything has been tried."""
    workers.has_ended()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A skip that nobody reads would pass for a test."""
    if chromium() is None:
        terminalreporter.section("BROWSER TESTS SKIPPED", yellow=True)
        terminalreporter.line("No Chromium was found: the demo's page was not looked at. Install chromium.")


SELDOM = 20_000
"""After so many new objects the youngest are looked through for garbage, instead of after some hundred."""

ENGINES = ("sqlite", "postgresql")

# How busy the machine is says nothing about the code: no example has a deadline, or is drawn too slowly.
settings.register_profile(
    "any machine", deadline=None, max_examples=examples(), suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a real PostgreSQL server; when it cannot start, the test fails."""
    with postgresql.hasty_server() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The name of a migrated database on the server, to be copied."""
    return postgresql.migrated(postgresql_server)


@pytest.fixture
def empty_postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A database on the server that nothing was ever done to."""
    url = postgresql.new_database(postgresql_server)
    yield url
    postgresql.drop(postgresql_server, url)


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """A migrated database on the server."""
    url = postgresql.new_database(postgresql_server, postgresql_template)
    yield url
    postgresql.drop(postgresql_server, url)


@pytest.fixture
def empty_sqlite_url(tmp_path: Path) -> str:
    """A file that is not there yet."""
    return f"sqlite:///{tmp_path / 'rempart.db'}"


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A migrated file, `rempart.db`."""
    return sqlite.migrated(tmp_path / "rempart.db")


@pytest.fixture
def after(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[prepared.After]:
    """Gives databases in which something has happened already."""
    with ExitStack() as gone:

        def give(engine: str, fill: prepared.Fill, /, *, empty: bool = False) -> str:
            if engine == "sqlite":
                return prepared.sqlite_file(tmp_path / "rempart.db", fill, empty=empty)
            server = request.getfixturevalue("postgresql_server")
            template = "template0" if empty else request.getfixturevalue("postgresql_template")
            url = prepared.postgresql_database(server, template, fill)
            gone.callback(postgresql.drop, server, url)
            return url

        yield give


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A database that nothing was ever done to: a real file, and a real server's."""
    return str(request.getfixturevalue(f"empty_{request.param}_url"))


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest) -> str:
    """Likewise a migrated one."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A migrated store on either engine."""
    opened = Store(database_url)
    yield opened
    await opened.close()
