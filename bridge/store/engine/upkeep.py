"""What is done to a database as a whole, or to whole tables of it: looked after, held still, emptied."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.store.engine.connecting import COMMAND, SERVICE
from bridge.store.engine.dialect import schema_in


async def make_schema(connection: AsyncConnection) -> None:
    """The schema that a connection works in is there afterwards. One for each line but the first."""
    schema = schema_in(connection)
    if schema:
        await connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))


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


async def scrub(connection: AsyncConnection, tables: Iterable[Table]) -> bool:
    """Leaves no trace of what these tables held before; false where a reader still looks at an older state.

    SQLite: what stands in the write-ahead log goes into the file, where it replaces what it was, and the log
    is cut to nothing. PostgreSQL: small tables are written anew, whose old files the server then removes; of
    larger ones, and where somebody looks at one all the while, VACUUM lets the room of dead rows be used
    again, and their bytes stay in its files until something else is written there. So they do in its own log
    and in its copies. Outside any transaction.
    """
    raw = await connection.get_raw_connection()
    driver: Any = raw.driver_connection
    if connection.dialect.name == "sqlite":
        cursor = await driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        ((busy, *_),) = await cursor.fetchall()
        await cursor.close()
        return not busy
    schema = await connection.scalar(select(func.current_schema()))  # outside a transaction it may be another
    await connection.commit()
    names = [f'"{schema}"."{table.name}"' for table in tables]
    swept = [name for name in names if not await _rewritten(driver, name)]
    if swept:
        await driver.execute(f"VACUUM {', '.join(swept)}", timeout=_LONGEST_VACUUM)
    return True


async def _rewritten(driver: Any, table: str) -> bool:
    """Whether a table of PostgreSQL was small enough, and free for long enough, to be written anew. Nobody
    else gets at it meanwhile."""
    size = await driver.fetchval("SELECT pg_total_relation_size(to_regclass($1))", table)
    if size is None or size > _SMALL:
        return False
    try:
        await driver.execute(f"VACUUM (FULL) {table}", timeout=_LONGEST_REWRITING)
    except TimeoutError:
        return False
    return True


_LONGEST_VACUUM = 600.0  # seconds
_LONGEST_REWRITING = 1.0  # second: whoever wants to write waits for it
_SMALL = 64_000_000  # bytes, which a slow disk takes about a second to write


async def is_whole(connection: AsyncConnection, table: str | None = None) -> bool:
    """Whether a SQLite file, or one table of it, passes its own check; a server looks after its own files."""
    if connection.dialect.name != "sqlite":
        return True
    checked = text(f"PRAGMA quick_check({1 if table is None else table})")
    return bool(await connection.scalar(checked) == "ok")


async def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection, for what only it can do."""
    return (await connection.get_raw_connection()).driver_connection


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
    return SERVICE in names if COMMAND in names else None


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
