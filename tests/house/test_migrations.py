"""Migrations: what they make is what the tables say, on both engines, and running them again is harmless."""

import sys
from asyncio import create_subprocess_exec, gather
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnusable
from bridge.store.engine import migrate as migrations
from bridge.store.engine.migrate import _SCRIPTS, migrate, revisions, upgrade
from bridge.store.engine.store import Store
from bridge.store.engine.tables import metadata
from tests.support.clock import TestClock
from tests.support.events import Bridge, message
from tests.support.prepared import After

T = TypeVar("T")

SCRIPTS = ScriptDirectory(str(_SCRIPTS))
REVISIONS = [script.revision for script in SCRIPTS.walk_revisions()][::-1]
"""Oldest first."""


@pytest.fixture
async def empty(empty_database_url: str) -> AsyncIterator[Store]:
    """A database that nothing was ever done to."""
    opened = Store(empty_database_url)
    yield opened
    await opened.close()


async def upgraded(empty: Store) -> None:
    """Every migration is run on it."""
    await ask(empty, upgrade)


@pytest.fixture(params=["sqlite", "postgresql"])
def upgraded_url(request: pytest.FixtureRequest, after: After) -> str:
    """A database that every migration was run on; elsewhere, tests have one that was made at once."""
    return after(request.param, upgraded, empty=True)


@pytest.fixture
async def store(upgraded_url: str) -> AsyncIterator[Store]:
    """Likewise, opened."""
    opened = Store(upgraded_url)
    yield opened
    await opened.close()


async def ask(store: Store, look: Callable[[Connection], T]) -> T:
    """What `look` sees on a plain connection."""

    async def work(connection: AsyncConnection) -> T:
        return await connection.run_sync(look)

    return await store.transact(work)


def differences(connection: Connection) -> list[Any]:
    """What alembic would still have to do to make the database what the tables say."""
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def form(connection: Connection) -> dict[str, Any]:
    """The database as it tells of itself: columns in any order, and what alembic passes over, as checks."""
    seen = inspect(connection)
    return {
        table: {
            "columns": _by_name(seen.get_columns(table)),
            "primary key": _plain(seen.get_pk_constraint(table)),
            "foreign keys": _by_name(seen.get_foreign_keys(table)),
            "checks": _by_name(seen.get_check_constraints(table)),
            "unique": _by_name(seen.get_unique_constraints(table)),
            "indexes": _by_name(seen.get_indexes(table)),
        }
        for table in seen.get_table_names()
    }


def _by_name(found: Iterable[Any]) -> dict[str, Any]:
    return {str(one["name"]): _plain(one) for one in found}


def _plain(told: Any) -> Any:
    """Types and conditions as SQL writes them, so that they can be compared."""
    if isinstance(told, Mapping):
        return {name: _plain(value) for name, value in told.items()}
    return [_plain(one) for one in told] if isinstance(told, list) else str(told)


def drop_everything(connection: Connection) -> None:
    connection.execute(text("DROP TABLE alembic_version"))
    metadata.drop_all(connection)


def versions(connection: Connection) -> list[str]:
    """The revisions that the database says it has."""
    return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


async def test_nothing_is_left_between_the_migrations_and_the_tables(store: Store) -> None:
    assert await ask(store, differences) == []


async def test_the_migrations_make_the_very_database_that_is_made_at_once_where_there_is_none(
    store: Store,
) -> None:
    """An empty database has its tables and its first rows without a single migration: `afresh.py`."""
    migrated = await ask(store, form), await ask(store, _rows), await ask(store, versions)
    await ask(store, drop_everything)
    assert await ask(store, form) == {}
    await migrate(store)
    assert migrated == (await ask(store, form), await ask(store, _rows), await ask(store, versions))


async def test_migrating_again_changes_nothing(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await bridge.tell(message(), message(address="+33698765432"))
    await bridge.fold()
    before = await ask(store, form), await ask(store, _rows)
    await migrate(store)
    await migrate(store)
    assert (await ask(store, form), await ask(store, _rows)) == before


def _rows(connection: Connection) -> dict[str, list[Any]]:
    return {
        name: [tuple(row) for row in connection.execute(table.select())]
        for name, table in metadata.tables.items()
    }


async def test_a_database_is_brought_up_to_date_from_release_to_release(empty: Store) -> None:
    """Each migration by itself, on what the one before has left; all in one transaction, `store` has."""
    for revision in REVISIONS:
        await ask(empty, lambda connection, to=revision: upgrade(connection, to))  # type: ignore[misc]
        assert await ask(empty, versions) == [revision]
    assert await ask(empty, differences) == []


@pytest.mark.parametrize("revision", [REVISIONS[0], REVISIONS[-2]])
async def test_a_start_on_an_earlier_release_brings_it_up_to_date(empty: Store, revision: str) -> None:
    await ask(empty, lambda connection: upgrade(connection, revision))
    await migrate(empty)
    assert await ask(empty, versions) == [REVISIONS[-1]]
    assert await ask(empty, differences) == []


def test_the_migrations_stand_in_one_line() -> None:
    assert SCRIPTS.get_heads() == [REVISIONS[-1]]
    assert all(len(script.nextrev) <= 1 for script in SCRIPTS.walk_revisions())
    assert revisions() == REVISIONS, "a file of a migration begins with its revision"


async def test_a_migration_that_breaks_off_leaves_nothing_behind(empty: Store) -> None:
    async def broken(connection: AsyncConnection) -> None:
        await connection.run_sync(upgrade)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await empty.transact(broken)
    assert await ask(empty, lambda connection: inspect(connection).get_table_names()) == []
    await migrate(empty)
    assert await ask(empty, differences) == []


async def test_it_migrates_from_a_folder_of_any_name(
    empty: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = tmp_path / "100 % (mine): a%20b"
    odd.symlink_to(_SCRIPTS)
    await ask(empty, lambda connection: upgrade(connection, REVISIONS[0]))
    monkeypatch.setattr(migrations, "_SCRIPTS", odd)
    await migrate(empty)
    assert await ask(empty, versions) == [REVISIONS[-1]]


async def test_a_database_of_a_newer_release_is_refused_in_plain_words(store: Store) -> None:
    await ask(
        store, lambda connection: connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    )
    with pytest.raises(StoreUnusable, match="newer"):
        await migrate(store)


MIGRATE = """
import asyncio, sys
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store

async def main():
    store = Store(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    await migrate(store)

asyncio.run(main())
"""


async def migrating(database_url: str) -> Process:
    """A process that is about to migrate, and waits for the word."""
    process = await create_subprocess_exec(
        sys.executable, "-c", MIGRATE, database_url, stdin=PIPE, stdout=PIPE, stderr=PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"ready\n"
    return process


async def test_several_processes_may_migrate_at_once(empty_database_url: str, empty: Store) -> None:
    processes = await gather(*(migrating(empty_database_url) for _ in range(3)))
    said = await gather(*(process.communicate(b"now\n") for process in processes))
    assert [process.returncode for process in processes] == [0, 0, 0], said
    assert await ask(empty, versions) == [REVISIONS[-1]]
    assert await ask(empty, differences) == []
