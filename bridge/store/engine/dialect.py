"""Everything in which the statements of SQLite and PostgreSQL differ."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Insert,
    Select,
    Table,
    Text,
    any_,
    bindparam,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from bridge.store.engine.connecting import SCHEMA
from bridge.store.engine.spelled import Spelled


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


async def try_lock(connection: AsyncConnection, name: str) -> bool:
    """Takes the lock `name` until the transaction ends, unless another process holds it.

    On SQLite the transaction itself is that lock.
    """
    if connection.dialect.name == "sqlite":
        return True
    return bool(await _locking.scalar(connection, name=lock_name(name, schema_in(connection))))


@Spelled
def _locking(_connection: AsyncConnection) -> Select[Any]:
    return select(func.pg_try_advisory_xact_lock(func.hashtext(bindparam("name", type_=Text))))


async def lock(connection: AsyncConnection, name: str) -> None:
    """Takes the lock `name` until the transaction ends, waiting for it."""
    if connection.dialect.name != "sqlite":
        named = lock_name(name, schema_in(connection))
        query = text("SELECT pg_advisory_xact_lock(hashtext(:name))").bindparams(name=named)
        await connection.execute(query)


def lock_name(name: str, schema: str | None = None) -> str:
    """What the lock `name` goes by on a server, which other programs may use as well: a line's is its own."""
    return f"rempart {name}" if schema is None else f"rempart {schema} {name}"


def schema_in(connection: AsyncConnection) -> str | None:
    options = connection.sync_connection.get_execution_options() if connection.sync_connection else {}
    schema: str | None = options.get(SCHEMA)
    return schema
