"""Everything in which SQLite and PostgreSQL differ.

On SQLite one connection writes, and does the checkpoints: releases up to 3.51.2 can corrupt the
write-ahead log when two connections do. Readers are separate and cannot write.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Insert, Table, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bridge.errors import Misconfigured

BUSY_TIMEOUT_MS = 4_000
"""Another program may hold the file this long before a transaction is given up."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}


def parse_url(url: str) -> URL:
    """The database URL with its asynchronous driver. Raises `Misconfigured`."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Misconfigured(
            "REMPART_DATABASE_URL is not a database URL: write sqlite:///rempart.db."
        ) from error
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise Misconfigured("REMPART_DATABASE_URL must begin with sqlite:/// or postgresql://.")
    return parsed.set(drivername=driver)


def is_sqlite(url: URL) -> bool:
    """Whether the database is a file of ours."""
    return url.get_backend_name() == "sqlite"


def database_file(url: URL) -> Path | None:
    """The absolute path of the SQLite file; `None` for a server or a database in memory."""
    if not is_sqlite(url) or url.database in (None, "", ":memory:"):
        return None
    return Path(url.database).absolute()


def writing_engine(url: URL) -> AsyncEngine:
    """The engine for transactions: a single connection on SQLite, a pool on PostgreSQL."""
    if not is_sqlite(url):
        return _postgresql_engine(url)
    engine = create_async_engine(
        url, pool_size=1, max_overflow=0, pool_timeout=10, hide_parameters=True, pool_reset_on_return=None
    )
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536")
    _prepare_sqlite(engine, pragmas, "BEGIN IMMEDIATE")
    return engine


def reading_engine(url: URL, writer: AsyncEngine) -> AsyncEngine:
    """The engine for looks: it cannot write, and never stands in the way of transactions."""
    if not is_sqlite(url):
        return writer
    engine = create_async_engine(
        url, pool_size=2, max_overflow=2, hide_parameters=True, pool_reset_on_return=None
    )
    _prepare_sqlite(engine, ("query_only=ON", "wal_autocheckpoint=0"), "BEGIN")
    return engine


def _postgresql_engine(url: URL) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=5,
        max_overflow=5,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"timeout": 10, "command_timeout": 30},
    )


def _prepare_sqlite(engine: AsyncEngine, pragmas: Sequence[str], begin: str) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Any) -> None:
        # A deferred BEGIN that writes later fails at once when someone else wrote in between.
        connection.exec_driver_sql(begin)


def is_refusal(error: DBAPIError) -> bool:
    """Whether the database refuses what it was given, and would again: nothing that passes with time.

    PostgreSQL says so by the class of its SQLSTATE: 22 are data that do not fit, 23 broken invariants.
    """
    state = getattr(error.orig, "sqlstate", None) or ""
    return isinstance(error, IntegrityError | DataError) or state[:2] in ("22", "23")


def insert_or_fill(connection: AsyncConnection, table: Table, key: str, filled: Sequence[str]) -> Insert:
    """An insert that, where the row is there, fills the columns `filled` if the first holds nothing."""
    insert = _insert(connection, table)
    return insert.on_conflict_do_update(
        index_elements=[key],
        set_={name: insert.excluded[name] for name in filled},
        where=table.c[filled[0]].is_(None),
    )


def insert_new(connection: AsyncConnection, table: Table, *key: str) -> Insert:
    """An insert that leaves rows alone whose `key` is already there."""
    return _insert(connection, table).on_conflict_do_nothing(index_elements=key)


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def skip_locked(connection: AsyncConnection) -> bool:
    """Whether rows are locked one by one, so that several processes can share the outbox."""
    return connection.dialect.name == "postgresql"


async def try_lock(connection: AsyncConnection, name: str) -> bool:
    """Takes the lock `name` until the transaction ends, unless another process holds it.

    On SQLite the transaction itself is that lock.
    """
    if connection.dialect.name == "sqlite":
        return True
    query = text("SELECT pg_try_advisory_xact_lock(hashtext(:name))").bindparams(name=f"rempart {name}")
    return bool(await connection.scalar(query))


async def lock(connection: AsyncConnection, name: str) -> None:
    """Takes the lock `name` until the transaction ends, waiting for it."""
    if connection.dialect.name != "sqlite":
        query = text("SELECT pg_advisory_xact_lock(hashtext(:name))").bindparams(name=f"rempart {name}")
        await connection.execute(query)
