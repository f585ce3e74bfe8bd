"""Making a database ready: what may pass is waited out, what only a person can mend is told at once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from bridge.errors import Misconfigured, StoreUnusable
from bridge.model import HOUR, Progress
from bridge.noun import replace
from bridge.service import prepare as preparing
from bridge.service.prepare import prepare
from bridge.store.engine import connecting
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox
from bridge.store.looks.overview import overview
from tests.support.clock import TestClock
from tests.support.events import Bridge, keys, message
from tests.support.house import free_port, until
from tests.support.locks import locked
from tests.support.threads import no_more_threads_than

KEYS = replace(keys(), recognition=b"r" * 32)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes half a minute in service takes a moment here."""
    monkeypatch.setattr(preparing, "_PAUSE", 0.05)
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_MS", 50)


@pytest.fixture
def log() -> Iterator[list[Any]]:
    """What was reported."""
    with capture_logs() as lines:
        yield lines


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "rempart.db"


async def test_an_empty_database_becomes_ready_and_a_ready_one_stays_so(empty_database_url: str) -> None:
    store = Store(empty_database_url)
    for _ in range(2):
        await prepare(store, KEYS, TestClock())
    await store.ping()
    await store.close()


async def test_a_lock_at_the_start_is_waited_out(database: Path, log: list[Any]) -> None:
    store = Store(f"sqlite:///{database}")
    async with locked(database):
        starting = asyncio.create_task(prepare(store, KEYS, TestClock()))

        async def tries_again() -> bool:
            return any("trying again" in line["event"] for line in log)

        await until(tries_again, "it was tried again")
    await starting
    await store.ping()
    await store.close()


async def test_a_lock_that_stays_is_told_and_leaves_no_thread_behind(database: Path, log: list[Any]) -> None:
    threads = threading.active_count()
    store = Store(f"sqlite:///{database}")
    async with locked(database):
        with pytest.raises(StoreUnusable, match=r"locked.*REMPART_DATABASE_URL"):
            await prepare(store, KEYS, TestClock())
    await store.close()
    assert len(log) == preparing._ATTEMPTS - 1
    await no_more_threads_than(threads)


@asynccontextmanager
async def gateway(port: int, server: str) -> AsyncIterator[None]:
    """Makes a server that listens on a socket file reachable on a port."""
    folder = parse_qs(urlsplit(server).query)["host"][0]

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while some := await reader.read(65536):
            writer.write(some)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_unix_connection(f"{folder}/.s.PGSQL.5432")
        await asyncio.gather(pass_on(reader, outer), pass_on(inner, writer))

    async with await asyncio.start_server(serve, "127.0.0.1", port):
        yield


async def test_a_server_that_comes_late_is_waited_for(empty_postgresql_url: str, log: list[Any]) -> None:
    port, name = free_port(), urlsplit(empty_postgresql_url).path
    store = Store(f"postgresql://postgres@127.0.0.1:{port}{name}?sslmode=disable")
    starting = asyncio.create_task(prepare(store, KEYS, TestClock()))

    async def tries_again() -> bool:
        return any("trying again" in line["event"] for line in log)

    await until(tries_again, "it was tried again")
    async with gateway(port, empty_postgresql_url):
        await starting
        await store.close()


async def test_a_server_that_never_comes_is_told(log: list[Any]) -> None:
    store = Store(f"postgresql://nobody:t0ken@127.0.0.1:{free_port()}/rempart")
    with pytest.raises(StoreUnusable, match="does not answer") as told:
        await prepare(store, KEYS, TestClock())
    assert "t0ken" not in str(told.value)
    assert len(log) == preparing._ATTEMPTS - 1
    await store.close()


async def test_what_only_a_person_can_mend_is_told_at_once(postgresql_url: str, log: list[Any]) -> None:
    store = Store(postgresql_url.replace("/rempart_", "/nowhere_"))
    with pytest.raises(StoreUnusable, match="does not exist"):
        await prepare(store, KEYS, TestClock())
    assert log == []
    await store.close()


async def test_a_database_of_another_secret_is_refused(database_url: str) -> None:
    store = Store(database_url)
    await prepare(store, KEYS, TestClock())
    with pytest.raises(Misconfigured, match="REMPART_SECRET"):
        await prepare(store, replace(KEYS, recognition=b"s" * 32), TestClock())
    await store.close()


async def test_what_was_cut_off_while_being_sent_is_in_doubt_and_counted(
    database: Path, log: list[Any]
) -> None:
    store = Store(f"sqlite:///{database}")
    await prepare(store, KEYS, clock := TestClock())
    bridge = Bridge(store, clock)
    await bridge.tell(message())
    await bridge.fold()

    async def cut_off(connection: AsyncConnection) -> None:
        await connection.execute(outbox.update().values(progress=Progress.SENDING, attempted_at=clock()))

    await store.transact(cut_off)
    clock.pass_(HOUR)
    log.clear()
    await prepare(store, KEYS, clock)
    seen = await store.read(lambda connection: overview(connection, clock()))
    assert seen.replies == {Progress.IN_DOUBT: 1}
    assert [line["count"] for line in log] == [1]
    await store.close()
