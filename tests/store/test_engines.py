"""What the store promises of its connections: reads cannot write, waits end, words are plain."""

import asyncio
import resource
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured, StoreUnavailable
from bridge.store.engine import connecting
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from bridge.store.engine.tables import facts
from tests.support.house import free_port
from tests.support.locks import locked
from tests.support.threads import no_more_threads_than, ways_counted


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "rempart.db"


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Store]:
    """A migrated file, with its write-ahead log at hand."""
    opened = Store(sqlite_url)
    await opened.transact(count)
    yield opened
    await opened.close()


OURS = facts.c.value == ""
"""What `adding` stores; a database has facts of its own from the first."""


def adding(name: str) -> Callable[[AsyncConnection], Awaitable[None]]:
    """Work that stores one row."""

    async def work(connection: AsyncConnection) -> None:
        await connection.execute(facts.insert().values(name=name, value=""))

    return work


async def count(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.count()).select_from(facts).where(OURS)) or 0


async def test_a_statement_takes_one_way_to_the_thread_of_sqlite_and_back(
    sqlite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(connection: AsyncConnection) -> list[int]:
        await adding("one")(connection)
        return [await count(connection) for _ in range(2)]

    before = await sqlite.read(count)
    ways = ways_counted(monkeypatch)
    assert await sqlite.transact(work) == [before + 1] * 2
    assert len(ways) == len(("begin", "insert", "count", "count", "commit"))


async def test_a_transaction_that_is_carried_takes_one_way_altogether(
    sqlite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work(connection: AsyncConnection) -> int:
        await adding("one")(connection)
        return await count(connection)

    ways = ways_counted(monkeypatch)
    assert await sqlite.carry(work) == 1
    assert len(ways) == 1
    assert await sqlite.read(count) == 1


async def test_others_go_on_while_what_is_carried_waits(sqlite: Store, database: Path) -> None:
    async with locked(database):
        waiting = asyncio.create_task(sqlite.carry(adding("one")))
        async with asyncio.timeout(1):
            for _ in range(20):
                await asyncio.sleep(0.01)
        assert not waiting.done()
    await waiting
    assert await sqlite.read(count) == 1


async def test_what_is_carried_may_step_aside(store: Store) -> None:
    async def in_steps(connection: AsyncConnection) -> None:
        for name in "one", "two":
            await adding(name)(connection)
            await asyncio.sleep(0)

    await store.carry(in_steps)
    assert await store.read(count) == 2


async def test_of_what_is_carried_and_fails_nothing_is_stored(store: Store) -> None:
    async def failing(connection: AsyncConnection) -> None:
        await adding("one")(connection)
        raise ZeroDivisionError

    async def twice(connection: AsyncConnection) -> None:
        await adding("two")(connection)
        await adding("two")(connection)

    for work, error in (failing, ZeroDivisionError), (twice, DBAPIError):
        with pytest.raises(error):
            await store.carry(work)
    assert await store.read(count) == 0
    await store.carry(adding("one"))
    assert await store.read(count) == 1


async def test_what_waits_for_anything_else_cannot_be_carried(sqlite: Store) -> None:
    other = asyncio.get_running_loop().create_future()

    async def dawdling(connection: AsyncConnection) -> None:
        await adding("one")(connection)
        await other

    with pytest.raises(RuntimeError, match="waits for something else"):
        await sqlite.carry(dawdling)
    assert await sqlite.read(count) == 0
    await sqlite.carry(adding("one"))


async def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(StoreUnavailable):
        await store.read(adding("one"))
    assert await store.read(count) == 0


async def test_it_can_store_only_where_there_is_room_for_what_was_refused(sqlite: Store) -> None:
    async def set_pages(connection: AsyncConnection, most: int) -> None:
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")

    async def message(connection: AsyncConnection) -> None:
        await connection.execute(facts.insert().values(name="message", value="a" * 40_000))

    await sqlite.transact(partial(set_pages, most=1))
    await sqlite.ping()  # nobody knows yet: what is there can still be changed
    with pytest.raises(StoreUnavailable, match="full"):
        await sqlite.transact(message)
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="full"):
            await sqlite.ping()
    await sqlite.transact(partial(set_pages, most=1_000_000))
    await sqlite.ping()
    assert await sqlite.read(longest) < 100
    await sqlite.transact(message)


async def longest(connection: AsyncConnection) -> int:
    return await connection.scalar(select(func.max(func.length(facts.c.value)))) or 0


async def test_a_read_sees_one_state_however_long_it_takes(store: Store) -> None:
    begun, gate = asyncio.Event(), asyncio.Event()

    async def look_twice(connection: AsyncConnection) -> tuple[int, int]:
        first = await count(connection)
        begun.set()
        await gate.wait()
        return first, await count(connection)

    looking = asyncio.create_task(store.read(look_twice))
    await begun.wait()
    await store.transact(adding("one"))
    gate.set()
    assert await looking == (0, 0)
    assert await store.read(count) == 1


@pytest.mark.parametrize(
    "name", ["a\ud800", "x" * 65, 10**25], ids=["half a character", "too long", "too large"]
)
async def test_what_does_not_fit_is_a_bug_and_not_the_weather(postgresql_url: str, name: object) -> None:
    store = Store(postgresql_url)
    with pytest.raises(DBAPIError):
        await store.transact(adding(name))  # type: ignore[arg-type]  # this is what is tried
    assert await store.read(count) == 0
    await store.close()


async def _ask(store: Store, *queries: str, values: Sequence[object] = ()) -> None:
    async def work(connection: AsyncConnection) -> None:
        for query in queries:
            await connection.exec_driver_sql(query, tuple(values))

    await store.transact(work)


TOO_MANY = ", ".join(f"${n}" for n in range(1, 33_001)), ", ".join("?" * 300_000)
"""On PostgreSQL, and on however SQLite was built."""

FAULTS = {
    "too many parameters": "SELECT 1 WHERE 1 IN ({many})",
    "no SQL": "SELEKT 1",
    "an unknown function": "SELECT nosuch(1)",
    "a row that is there": "INSERT INTO pot (id, spent, reserved, inbound) VALUES (1, 0, 0, 0)",
    "below zero": "UPDATE pot SET spent = -1",
    "a value that is none": "INSERT INTO facts (name) VALUES ('a')",
}
"""Whatever is asked so is refused however often."""


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_would_be_refused_again_is_never_told_as_trouble_with_the_database(
    store: Store, fault: str
) -> None:
    query = FAULTS[fault]
    many = TOO_MANY["sqlite" in str(store.url)]
    values = range(many.count(",") + 1) if "{many}" in query else ()
    with pytest.raises(DBAPIError):
        await _ask(store, query.format(many=many), values=values)
    await store.ping()


TROUBLES = {
    "a table of a newer release": "SELECT * FROM nosuch",
    "a column of a newer release": "SELECT nosuch FROM facts",
}
ON_A_SERVER = {
    "a statement that takes too long": ["SET LOCAL statement_timeout = 1", "SELECT pg_sleep(5)"],
    "a database that is a copy": ["SET TRANSACTION READ ONLY", "DELETE FROM facts"],
    "a connection that is cut": ["SELECT pg_terminate_backend(pg_backend_pid())"],
    "a disk that is full": ["DO $$ BEGIN RAISE EXCEPTION 'a' USING ERRCODE = '53100'; END $$"],
    "two in a circle": ["DO $$ BEGIN RAISE EXCEPTION 'a' USING ERRCODE = '40P01'; END $$"],
    "a lock that never comes": ["DO $$ BEGIN RAISE EXCEPTION 'a' USING ERRCODE = '55P03'; END $$"],
}


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_tables_that_are_not_ours_are_for_a_person_to_mend(store: Store, trouble: str) -> None:
    with pytest.raises(StoreUnavailable, match="not those of this release") as told:
        await _ask(store, TROUBLES[trouble])
    assert not told.value.passing


@pytest.mark.parametrize("trouble", ON_A_SERVER)
async def test_what_a_server_says_of_itself_is_trouble(postgresql_url: str, trouble: str) -> None:
    store = Store(postgresql_url)
    with pytest.raises(StoreUnavailable):
        await _ask(store, *ON_A_SERVER[trouble])
    await store.ping()
    await store.close()


UNUSABLE = [
    "sqlite://",
    "sqlite:///",
    "sqlite:///:memory:",
    "sqlite://rempart.db",
    "sqlite:///file::memory:?uri=true",
    "mysql://somewhere/else",
    "postgresql://host:port/name",
    "postgresql://nobody:p@ss@host/name",
    "no url at all",
    "",
]


@pytest.mark.parametrize("url", UNUSABLE)
def test_a_url_that_names_no_lasting_database_is_refused_by_its_variable(url: str) -> None:
    with pytest.raises(Misconfigured, match="REMPART_DATABASE_URL"):
        Store(url)


OPTIONS = [
    "sslmode=prefer",
    "sslmode=disable",
    "application_name=rempart",
    "sslmode=prefer&channel_binding=prefer&connect_timeout=5",
]


@pytest.mark.parametrize("option", OPTIONS)
async def test_the_options_that_postgresql_urls_usually_carry_are_understood(
    postgresql_url: str, option: str
) -> None:
    store = Store(f"{postgresql_url}&{option}")
    assert await store.read(lambda connection: connection.scalar(text("SELECT 1"))) == 1
    await store.close()


WRONG_URLS = [
    ("/postgres?", "/nowhere?", "the database does not exist"),
    ("//postgres:", "//nobody:", "refuses the name or the password"),
    ("?", "?sslmode=bogus&", "sslmode"),
    ("?", "?bogus=1&", "an option that PostgreSQL does not know"),
]


@pytest.mark.parametrize(("right", "wrong", "sentence"), WRONG_URLS)
async def test_what_only_a_person_can_mend_is_told_as_that(
    postgresql_server: str, right: str, wrong: str, sentence: str
) -> None:
    store = Store(postgresql_server.replace(right, wrong, 1))
    with pytest.raises(StoreUnavailable, match=sentence) as told:
        await store.ping()
    assert not told.value.passing
    await store.close()


async def test_a_server_that_is_not_there_may_come_yet() -> None:
    store = Store(f"postgresql://nobody:t0ken@127.0.0.1:{free_port()}/rempart")
    with pytest.raises(StoreUnavailable, match="it does not answer") as told:
        await store.ping()
    assert told.value.passing
    assert "t0ken" not in str(told.value)
    await store.close()


async def test_a_server_that_cuts_every_connection_is_used_again_afterwards(postgresql_url: str) -> None:
    store = Store(postgresql_url)

    async def cut(connection: AsyncConnection) -> None:
        await adding("lost")(connection)
        await connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()")
        )

    with pytest.raises(StoreUnavailable):
        await store.transact(cut)
    await store.transact(adding("kept"))
    assert await store.read(count) == 1
    await store.close()


async def test_whoever_waits_for_a_locked_file_waits_no_longer_for_having_company(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider's patience is short: nobody begins to wait only when the one before gives up."""
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_MS", 500)
    monkeypatch.setattr(connecting, "_STEP_MS", 10)
    store = Store(f"sqlite:///{database}")
    await migrate(store)
    async with locked(database):
        async with asyncio.timeout(20 * 0.5):
            told = await asyncio.gather(*(store.ping() for _ in range(20)), return_exceptions=True)
    assert [type(one) for one in told] == [StoreUnavailable] * 20
    await store.ping()
    await store.close()


async def test_a_lock_that_goes_in_time_is_waited_out(sqlite: Store, database: Path) -> None:
    async with locked(database):
        waiting = asyncio.create_task(sqlite.transact(adding("one")))
        await asyncio.sleep(0.5)
        assert not waiting.done()
    await waiting
    assert await sqlite.read(count) == 1


async def test_closing_does_not_wait_for_a_lock_to_go(sqlite: Store, database: Path) -> None:
    async with locked(database):
        waiting = [asyncio.create_task(sqlite.transact(adding(f"{n}"))) for n in range(3)]
        waiting += [asyncio.create_task(sqlite.carry(adding(f"{n}"))) for n in range(3, 5)]
        await asyncio.sleep(0.3)
        async with asyncio.timeout(connecting.BUSY_TIMEOUT_MS / 1000 - 1):
            await sqlite.close()
            told = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(one) for one in told] == [StoreUnavailable] * 5


async def test_closing_lets_what_has_begun_end(store: Store, database_url: str) -> None:
    begun = asyncio.Event()

    async def slow(connection: AsyncConnection) -> None:
        begun.set()
        await asyncio.sleep(0.2)
        await adding("kept")(connection)

    task = asyncio.create_task(store.transact(slow))
    await begun.wait()
    await store.close()
    await task
    again = Store(database_url)
    assert await again.read(count) == 1
    await again.close()


async def test_a_closed_store_refuses_and_opens_nothing(sqlite: Store) -> None:
    await sqlite.close()
    threads = threading.active_count()
    for use in (sqlite.ping(), sqlite.read(count)):
        with pytest.raises(StoreUnavailable, match="closed"):
            await use
    await sqlite.close()
    await no_more_threads_than(threads)


async def test_a_file_locked_at_the_first_touch_leaves_nothing_behind(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_MS", 100)
    sqlite3.connect(database).execute("PRAGMA user_version = 1").connection.close()
    threads = threading.active_count()
    store = Store(f"sqlite:///{database}")
    async with locked(database):
        for _ in range(3):
            with pytest.raises(StoreUnavailable, match="locked"):
                await migrate(store)
    await migrate(store)
    await store.close()
    await no_more_threads_than(threads)


async def test_a_disk_that_is_full_at_the_very_commit_is_told_and_the_store_goes_on(
    sqlite: Store, database: Path
) -> None:
    """The write-ahead log is written at COMMIT: a limit of the size of files makes just that fail."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (database.parent / "rempart.db-wal").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        with pytest.raises(StoreUnavailable):
            await sqlite.transact(adding("lost"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    await sqlite.transact(adding("kept"))
    assert await sqlite.read(lambda connection: connection.scalar(select(facts.c.name).where(OURS))) == "kept"
