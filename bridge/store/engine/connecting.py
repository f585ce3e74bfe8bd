"""How a database is named and reached: its URL, its engines, and a pooler that may stand in between.

On SQLite one connection writes, and does the checkpoints: releases up to 3.51.2 can corrupt the
write-ahead log when two connections do. Readers are separate and cannot write.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from bridge.errors import Misconfigured
from bridge.store.engine import one_way
from bridge.store.engine.address import sqlite_file

BUSY_TIMEOUT_MS = 4_000
"""Another program may hold the file this long before a transaction is given up."""

PATIENCE = 30.0
"""Seconds after which a server's answer is given up, where nobody says otherwise."""

_STEP_MS = 200
"""A wait for the file is cut into steps: a driver's thread that waits cannot be told to stop."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgresql": "postgresql+asyncpg",
    "postgres": "postgresql+asyncpg",
}

_LAST_PORT = 65_535

SERVICE, COMMAND = "rempart run", "rempart"
"""What connections to a server go by."""

_SEARCH_PATH = "search_path"

_PLAIN = re.compile(r"[a-z_][a-z0-9_]{0,62}")

SCHEMA = "rempart_schema"
"""The option by which a connection tells the schema that it works in."""

_ONLY_LIBPQ = ("connect_timeout", "channel_binding", "gssencmode")
"""Options that hosts write into URLs and the driver would pass on to the server, which refuses them."""


def without_password(url: URL) -> URL:
    """The same address; `set` takes nothing away, and a password may stand among the options, too."""
    plain = URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    return plain.difference_update_query(["password"])


def shown_url(url: URL) -> str:
    """An address as somebody writes it, without its driver, password and options."""
    plain = without_password(url).set(drivername=url.get_backend_name(), query={})
    return plain.render_as_string()


def parse_url(url: str, name: str = "REMPART_DATABASE_URL") -> URL:
    """The database URL with its asynchronous driver. Raises `Misconfigured`, with the `name` it goes by."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise Misconfigured(f"{name} is not a database URL: write sqlite:///rempart.db.") from error
    if parsed.port is not None and not 1 <= parsed.port <= _LAST_PORT:
        raise Misconfigured(f"{name} names a port that there is not: write a number from 1 to {_LAST_PORT}.")
    if "@" in (parsed.host or ""):
        raise Misconfigured(f"{name} has one @ too many: write %40 for one in a name or a password.")
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        raise Misconfigured(f"{name} must begin with sqlite:/// or postgresql://.")
    if is_sqlite(parsed) and database_file(parsed) is None:
        raise Misconfigured(
            f"{name} must name a file and nothing else: write sqlite:///rempart.db, with three "
            "slashes, or four before an absolute path."
        )
    return parsed.set(drivername=driver)


def is_sqlite(url: URL) -> bool:
    """Whether the database is a file of ours."""
    return url.get_backend_name() == "sqlite"


def schema_of(url: URL) -> str | None:
    """The schema that a URL names by its one `search_path`; `None` for the server's own choice."""
    named = url.query.get(_SEARCH_PATH)
    plain = isinstance(named, str) and not is_sqlite(url) and _PLAIN.fullmatch(named)
    return str(named) if plain else None


def database_file(url: URL) -> Path | None:
    """The absolute path of the SQLite file; `None` for a server."""
    return sqlite_file(url.render_as_string())


_SELDOM = "wal_autocheckpoint=4000"
"""Pages in the write-ahead log, 16 MB, before they go into the file: a page that was changed often goes there
once. SQLite's own 1,000 are full after eight commits in a rush. Not more: whoever writes waits meanwhile, and
where the file is large the pages lie scattered."""

_NO_TRACES = "secure_delete=ON"
"""What is removed is overwritten with zeros: https://www.sqlite.org/pragma.html#pragma_secure_delete."""


def writing_engine(
    url: URL, may_wait: Callable[[], bool], *, serving: bool = False, patience: float = PATIENCE
) -> AsyncEngine:
    """The engine for transactions: a single connection on SQLite, a pool on PostgreSQL.

    `may_wait`: asked after each step of a wait for a file that another program holds. `serving`: a service's
    connections go by a name, so that commands can tell that it runs. `patience`: seconds for one answer.
    """
    if not is_sqlite(url):
        return _postgresql_engine(url, SERVICE if serving else COMMAND, patience)
    engine = _sqlite_engine(url, pool_size=1, max_overflow=0, pool_timeout=10)
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", _SELDOM)
    _prepare_sqlite(engine, (f"busy_timeout={min(_STEP_MS, BUSY_TIMEOUT_MS)}", *pragmas, _NO_TRACES))

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Connection) -> None:
        while not _begins(connection):
            if not may_wait():
                raise TimeoutError("locked")

    return engine


def _begins(connection: Connection) -> bool:
    """Begins a transaction that may write, unless another program holds the file.

    A deferred BEGIN that writes later fails at once when someone else wrote in between.
    """
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    except OperationalError as error:
        if "locked" not in str(error.orig):
            raise
        return False
    return True


def reading_engine(url: URL, writer: AsyncEngine) -> AsyncEngine:
    """The engine for looks: it cannot write, and never stands in the way of transactions."""
    if not is_sqlite(url):
        return writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    engine = _sqlite_engine(url, pool_size=2, max_overflow=2)
    _prepare_sqlite(engine, (f"busy_timeout={BUSY_TIMEOUT_MS}", "query_only=ON", "wal_autocheckpoint=0"))
    event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _sqlite_engine(url: URL, **pool: Any) -> AsyncEngine:
    driver = {"async_creator_fn": one_way.connect}
    return create_async_engine(
        url, connect_args=driver, hide_parameters=True, pool_reset_on_return=None, **pool
    )


def _postgresql_engine(url: URL, name: str, patience: float) -> AsyncEngine:
    plain = url.set(drivername="postgresql").difference_update_query(_ONLY_LIBPQ)
    schema = schema_of(url)
    if schema:  # a pooler in between does not know it as an option, and remembers nothing
        plain = plain.difference_update_query([_SEARCH_PATH])
    address = plain.render_as_string(hide_password=False)

    async def connect(*_address: object, statement_cache_size: int = 100, **_parts: object) -> Any:
        # The driver reads the URL itself: it knows the options that such URLs carry, as `sslmode`.
        try:
            return await asyncpg.connect(
                address,
                timeout=10,
                command_timeout=patience,
                server_settings={"application_name": name},
                statement_cache_size=statement_cache_size,
            )
        except (
            asyncpg.InterfaceError,
            OverflowError,
            ValueError,
        ) as error:  # of the URL: nobody was asked yet
            raise ConnectionError(str(error)) from error

    engine = create_async_engine(
        url.set(query={}),
        connect_args={"async_creator_fn": connect},
        pool_size=5,
        max_overflow=5,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,
        execution_options={SCHEMA: schema} if schema else {},
    )
    dialling = _Dialling(url)
    event.listen(engine.sync_engine, "do_connect", dialling)
    if schema:
        _work_in(engine, schema)
    else:
        event.listen(engine.sync_engine, "begin", dialling.begin_anew)
    event.listen(engine.sync_engine, "begin", _expect_life(name))
    return engine


def _work_in(engine: AsyncEngine, schema: str) -> None:
    """Every transaction, and every look at what tables there are, is about this schema."""
    sync = engine.sync_engine
    statement = f'SET LOCAL search_path = "{schema}"'
    event.listen(sync, "begin", lambda connection: connection.exec_driver_sql(statement))
    event.listen(sync, "first_connect", lambda *_: setattr(sync.dialect, "default_schema_name", schema))


LONGEST_STANDSTILL_MS = {SERVICE: 4_000, COMMAND: 30_000}
"""A process that does nothing for so long in the middle of a transaction is taken for dead by the server,
which then ends it: what it has locked must not hold up the others."""


def _expect_life(name: str) -> Callable[[Connection], None]:
    """Asked anew in each transaction that may write: behind a pooler a connection remembers nothing."""

    def expect(connection: Connection) -> None:
        if not connection.get_execution_options().get("postgresql_readonly"):
            limit = f"'{LONGEST_STANDSTILL_MS[name]}ms'"
            connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {limit}")

    return expect


_NAMELESS: Mapping[str, Any] = {
    "statement_cache_size": 0,
    "prepared_statement_cache_size": 0,
    "prepared_statement_name_func": str,
}
"""Nothing is left behind on a server's connection: no statement is remembered, and none has a name."""


class _Dialling:
    """Connects, and finds out at first whether a pooler stands in between, such as PgBouncer.

    A pooler may lend another of the server's connections to each transaction: a statement that was prepared
    on one is not there on the next, or is there already under its name.
    """

    def __init__(self, url: URL) -> None:
        self._place = url.host, url.port, url.query.get("host"), url.query.get("port")

    def __call__(self, dialect: Any, _record: object, address: Any, options: dict[str, Any]) -> Any:
        pooled = _POOLED.get(self._place)
        if pooled is False:
            return dialect.connect(*address, **options)
        connection = dialect.connect(*address, **options, **_NAMELESS)
        if pooled is None:
            pooled = _POOLED[self._place] = await_only(_is_pooled(connection.driver_connection))
        if pooled:
            return connection
        connection.terminate()
        return dialect.connect(*address, **options)

    def begin_anew(self, connection: Connection) -> None:
        """Behind a pooler another client may have left behind where it looks for tables, as pg_dump does: it
        is the server's own choice that counts, in each transaction."""
        if _POOLED.get(self._place):
            connection.exec_driver_sql("SET LOCAL search_path = DEFAULT")


_POOLED: dict[tuple[object, ...], bool] = {}
"""What was found out, by host and port: whoever asks the same server again need not dial it twice."""


async def _is_pooled(connection: Any) -> bool:
    """A pooler answers in the server's name, and does not know whose number it would have to give."""
    async with connection.transaction():
        return bool(await connection.fetchval("SELECT pg_backend_pid()") != connection.get_server_pid())


def _prepare_sqlite(engine: AsyncEngine, pragmas: Sequence[str]) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
