"""Everything in which SQLite and PostgreSQL differ.

On SQLite one connection writes, and does the checkpoints: releases up to 3.51.2 can corrupt the
write-ahead log when two connections do. Readers are separate and cannot write.
"""

import asyncio
import json
import re
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Insert,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    event,
    func,
    inspect,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import await_only

from bridge.errors import Misconfigured
from bridge.store.engine import one_way
from bridge.store.engine.address import sqlite_file
from bridge.store.engine.spelled import Spelled

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

_SERVICE, _COMMAND = "rempart run", "rempart"
"""What connections to a server go by."""

_SEARCH_PATH = "search_path"
_PLAIN = re.compile(r"[a-z_][a-z0-9_]{0,62}")

_SCHEMA = "rempart_schema"
"""The option by which a connection tells the schema that it works in."""

_ONLY_LIBPQ = ("connect_timeout", "channel_binding", "gssencmode")
"""Options that hosts write into URLs and the driver would pass on to the server, which refuses them."""


def shown_url(url: URL) -> str:
    """An address as somebody writes it, without its driver, password and options."""
    plain = url.set(drivername=url.get_backend_name(), password=None, query={})
    return plain.render_as_string(hide_password=True)


def parse_url(url: str, name: str = "REMPART_DATABASE_URL") -> URL:
    """The database URL with its asynchronous driver. Raises `Misconfigured`, with the `name` it goes by."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise Misconfigured(f"{name} is not a database URL: write sqlite:///rempart.db.") from error
    if parsed.port is not None and not 1 <= parsed.port <= _LAST_PORT:
        raise Misconfigured(f"{name} names a port that there is not: write a number from 1 to {_LAST_PORT}.")
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
        return _postgresql_engine(url, _SERVICE if serving else _COMMAND, patience)
    engine = _sqlite_engine(url, pool_size=1, max_overflow=0, pool_timeout=10)
    pragmas = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536", _NO_TRACES)
    _prepare_sqlite(engine, (f"busy_timeout={min(_STEP_MS, BUSY_TIMEOUT_MS)}", *pragmas))

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
        execution_options={_SCHEMA: schema} if schema else {},
    )
    event.listen(engine.sync_engine, "do_connect", _Dialling(url))
    if schema:
        _work_in(engine, schema)
    event.listen(engine.sync_engine, "begin", _expect_life(name))
    return engine


def _work_in(engine: AsyncEngine, schema: str) -> None:
    """Every transaction, and every look at what tables there are, is about this schema."""
    sync = engine.sync_engine
    statement = f'SET LOCAL search_path = "{schema}"'
    event.listen(sync, "begin", lambda connection: connection.exec_driver_sql(statement))
    event.listen(sync, "first_connect", lambda *_: setattr(sync.dialect, "default_schema_name", schema))


async def make_schema(connection: AsyncConnection) -> None:
    """The schema that a connection works in is there afterwards. One for each line but the first."""
    schema = _schema(connection)
    if schema:
        await connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))


LONGEST_STANDSTILL_MS = {_SERVICE: 4_000, _COMMAND: 30_000}
"""A process that does nothing for so long in the middle of a transaction is taken for dead by the server,
which then ends it: what it has locked must not hold up the others."""


def _expect_life(name: str) -> Callable[[Connection], None]:
    """Asked anew in each transaction that may write: behind a pooler a connection remembers nothing."""

    def expect(connection: Connection) -> None:
        if not connection.get_execution_options().get("postgresql_readonly"):
            limit = f"'{LONGEST_STANDSTILL_MS[name]}ms'"
            connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = {limit}")

    return expect


async def show_life(connection: AsyncConnection) -> None:
    """Tells the server that whoever holds this transaction is alive, and lets everyone else have a turn."""
    if connection.dialect.name == "sqlite":
        await asyncio.sleep(0)
    else:
        await connection.execute(select(1))


async def take_your_time(connection: AsyncConnection) -> None:
    """In this transaction there may be much to think about between two statements."""
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


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


_TROUBLE = {"08", "25006", "25P03", "26", "28", "3D", "40", "42501", "42703", "42704", "42P01", "42P05"} | {
    "53",
    "55",
    "57",
    "58",
    "F0",
    "XX",
}
"""SQLSTATEs of PostgreSQL, or their classes, that tell of connections, rights, room, locks, or tables that
are not ours (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""

_SQLITE_TROUBLE = {5, 6, 7, 8, 9, 10, 13, 14, 15}
"""Busy, locked, no memory, read-only, interrupted, I/O, full, cannot open, locking protocol
(https://www.sqlite.org/rescode.html)."""


def is_trouble(error: DBAPIError) -> bool:
    """Whether the database is out of reach, full, locked, or not as it should be.

    Anything else is the fault of what it was asked, and would be again: nothing that passes with time.
    """
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None) or ""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    lacking = code == 1 and str(error.orig).startswith(("no such table", "no such column"))
    return state in _TROUBLE or state[:2] in _TROUBLE or code & 0xFF in _SQLITE_TROUBLE or lacking


_DAMAGE = ("is malformed", "malformed database schema", "not a database", "could not decode to utf-8")
_DATA_CORRUPTED = "XX001", "XX002"  # https://www.postgresql.org/docs/current/errcodes-appendix.html


def is_damage(error: Exception) -> bool:
    """Whether the database says that its own files contradict themselves."""
    cause = getattr(error, "orig", error)
    prose = str(cause).lower()
    return getattr(cause, "sqlstate", None) in _DATA_CORRUPTED or any(sign in prose for sign in _DAMAGE)


async def scrub(connection: AsyncConnection, tables: Iterable[Table]) -> bool:
    """Leaves no trace of what these tables held before; false where a reader still looks at an older state.

    SQLite: what stands in the write-ahead log goes into the file, where it replaces what it was, and the log
    is cut to nothing. PostgreSQL: VACUUM lets the room of dead rows be used again; their bytes stay in its
    files until something else is written there, as they do in its own log and in its copies.
    Outside any transaction.
    """
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    if connection.dialect.name == "sqlite":
        cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((busy, *_),) = await cursor.fetchall()
        await cursor.close()
        return not busy
    await driver.execute(f"VACUUM {_listed(tables)}", timeout=_LONGEST_VACUUM)
    return True


_LONGEST_VACUUM = 600.0  # seconds

DRIVER_ERRORS = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What the drivers themselves raise, where nothing stands between."""


async def is_whole(connection: AsyncConnection, table: str | None = None) -> bool:
    """Whether a SQLite file, or one table of it, passes its own check; a server looks after its own files."""
    if connection.dialect.name != "sqlite":
        return True
    checked = text(f"PRAGMA quick_check({1 if table is None else table})")
    return bool(await connection.scalar(checked) == "ok")


async def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection, for what only it can do."""
    return (await connection.get_raw_connection()).driver_connection


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


def writes_alone(connection: AsyncConnection) -> bool:
    """Whether nobody else can write until this transaction ends."""
    return connection.dialect.name == "sqlite"


def insert_or_replace(
    connection: AsyncConnection, table: Table, key: Sequence[str], changing: Sequence[str]
) -> Insert:
    """An insert that, where the row is there, replaces the columns `changing`."""
    insert = _insert(connection, table)
    return insert.on_conflict_do_update(
        index_elements=key, set_={name: insert.excluded[name] for name in changing}
    )


def insert_or_add(connection: AsyncConnection, table: Table, key: Sequence[str], counter: str) -> Insert:
    """An insert that, where the row is there, adds to its counter."""
    insert = _insert(connection, table)
    more = table.c[counter] + insert.excluded[counter]
    return insert.on_conflict_do_update(index_elements=key, set_={counter: more})


def among(
    connection: AsyncConnection, column: ColumnElement[Any], values: Collection[str]
) -> ColumnElement[bool]:
    """Whether a column is one of the values, handed over as one parameter: no list is too long."""
    engine = connection.dialect.name
    return _among(engine, column, literal(given(engine, values), _GIVEN_AS[engine]))


def among_given(engine: str, column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """The same for a statement that is made once: the values, as `given`, are its parameter of that name."""
    return _among(engine, column, bindparam(name, type_=_GIVEN_AS[engine]))


def given(engine: str, values: Collection[str]) -> object:
    """Values as one parameter, for an engine by its name."""
    storable = [value for value in values if _is_storable(value)]
    return json.dumps(storable) if engine == "sqlite" else storable


_GIVEN_AS: Mapping[str, TypeEngine[Any]] = {"sqlite": Text(), "postgresql": postgresql.ARRAY(Text)}


def _among(engine: str, column: ColumnElement[Any], values: BindParameter[Any]) -> ColumnElement[bool]:
    if engine != "sqlite":
        return column == any_(values)
    return column.in_(select(func.json_each(values).table_valued("value").c.value))


def _is_storable(value: str) -> bool:
    """Whether any column can hold it: neither NUL nor half of a surrogate pair can stand in one."""
    return "\0" not in value and (value.isascii() or not any("\ud800" <= one <= "\udfff" for one in value))


def _insert(connection: AsyncConnection, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def skip_locked(connection: AsyncConnection) -> bool:
    """Whether rows are locked one by one, so that several processes can share the outbox."""
    return connection.dialect.name == "postgresql"


async def table_names(connection: AsyncConnection) -> set[str]:
    """The tables that there are."""
    return set(await connection.run_sync(lambda plain: inspect(plain).get_table_names()))


async def service_connected(connection: AsyncConnection) -> bool | None:
    """Whether a service has this database open; `None` where the server does not show who has.

    Of a SQLite file nobody has to be asked: its service answers at the control socket.
    """
    if connection.dialect.name == "sqlite":
        return False
    query = text("SELECT application_name FROM pg_stat_activity WHERE datname = current_database()")
    names = set(await connection.scalars(query))
    return _SERVICE in names if _COMMAND in names else None


async def try_lock(connection: AsyncConnection, name: str) -> bool:
    """Takes the lock `name` until the transaction ends, unless another process holds it.

    On SQLite the transaction itself is that lock.
    """
    if connection.dialect.name == "sqlite":
        return True
    return bool(await _locking.scalar(connection, name=lock_name(name, _schema(connection))))


@Spelled
def _locking(_connection: AsyncConnection) -> Select[Any]:
    return select(func.pg_try_advisory_xact_lock(func.hashtext(bindparam("name", type_=Text))))


async def lock(connection: AsyncConnection, name: str) -> None:
    """Takes the lock `name` until the transaction ends, waiting for it."""
    if connection.dialect.name != "sqlite":
        named = lock_name(name, _schema(connection))
        query = text("SELECT pg_advisory_xact_lock(hashtext(:name))").bindparams(name=named)
        await connection.execute(query)


async def hold_still(connection: AsyncConnection, tables: Iterable[Table]) -> None:
    """Lets nobody else write to these tables until the transaction ends, however long it takes.

    On SQLite nobody can meanwhile.
    """
    if connection.dialect.name == "sqlite":
        return
    await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
    await connection.execute(text("SET LOCAL lock_timeout = '10s'"))
    await connection.execute(text(f"LOCK TABLE {_listed(tables)} IN SHARE MODE"))


async def empty(connection: AsyncConnection, tables: Sequence[Table]) -> None:
    """Removes every row; each table stands after those that it refers to."""
    if connection.dialect.name != "sqlite":
        await connection.execute(text(f"TRUNCATE {_listed(tables)}"))
        return
    for table in reversed(tables):
        await connection.execute(table.delete())


async def go_on(connection: AsyncConnection, tables: Iterable[Table]) -> None:
    """Readies tables whose rows were copied with their numbers: the next row gets the next number.

    SQLite looks for the highest anyway. A server is told; and how much there is, so that it plans by it.
    """
    if connection.dialect.name == "sqlite":
        return
    for table in tables:
        column = table.autoincrement_column
        if column is not None and column.autoincrement is True:
            highest = select(func.max(column)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, column.name)
            await connection.execute(select(func.setval(sequence, highest)))
    await connection.execute(text(f"ANALYZE {_listed(tables)}"))


def _listed(tables: Iterable[Table]) -> str:
    return ", ".join(f'"{table.name}"' for table in tables)


def lock_name(name: str, schema: str | None = None) -> str:
    """What the lock `name` goes by on a server, which other programs may use as well: a line's is its own."""
    return f"rempart {name}" if schema is None else f"rempart {schema} {name}"


def _schema(connection: AsyncConnection) -> str | None:
    options = connection.sync_connection.get_execution_options() if connection.sync_connection else {}
    schema: str | None = options.get(_SCHEMA)
    return schema
