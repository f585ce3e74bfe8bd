"""The rows of a table, page by page: copied as they are, counted, and told apart by a fingerprint.

Both engines hand out the same plain values (texts, numbers, bytes, truth): reasons and the like stay the
very JSON that was written.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from functools import cache
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Integer,
    Select,
    Table,
    Text,
    TypeDecorator,
    bindparam,
    cast,
    func,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.noun import Noun
from bridge.store.engine.spelled import Spelled
from bridge.store.engine.tables import facts, metadata
from bridge.store.moving.mark import NAME, Key, Mark

PAGE = 2_000
"""Rows that are held in memory at a time."""

TABLES: Sequence[Table] = metadata.sorted_tables
"""Each after those that it refers to."""

Plain = tuple[Any, ...]
"""A row, in the order of the table's columns."""

Seen = Callable[[int], None]
"""Told how many rows there were, page by page."""


class Fingerprint(Noun):
    """What a table holds: the same wherever the same rows stand, in whatever order."""

    rows: int
    digest: int
    """The sum of the rows' hashes."""


def missing(reached: Mark) -> Sequence[Table]:
    """The tables that are not copied yet; the first of them may be in part."""
    names = [table.name for table in TABLES]
    return TABLES[names.index(reached.table) :] if reached.table else TABLES


async def count(connection: AsyncConnection, table: Table) -> int:
    """How many rows there are to be moved."""
    return await connection.scalar(_counting(table)) or 0


async def pages(connection: AsyncConnection, table: Table, after: Key = ()) -> AsyncIterator[Sequence[Plain]]:
    """The rows behind `after`, in the order of their keys as this engine has it."""
    while rows := (await connection.execute(_page(table, after), {"most": PAGE})).all():
        page = list(map(tuple, rows))
        yield page
        after = key_of(table, page[-1])


def key_of(table: Table, row: Plain) -> Key:
    """The primary key of a row."""
    return tuple(value for value, column in zip(row, table.columns, strict=True) if column.primary_key)


async def put(connection: AsyncConnection, table: Table, page: Sequence[Plain]) -> None:
    """Adds rows as they are."""
    names = table.columns.keys()
    await _adding(table).put(connection, [dict(zip(names, row, strict=True)) for row in page])


async def fingerprint(connection: AsyncConnection, table: Table, seen: Seen) -> Fingerprint:
    """Reads a table from end to end."""
    rows, digest = 0, 0
    async for page in pages(connection, table):
        digest = (digest + sum(map(_hash, page))) % 2**256
        rows += len(page)
        seen(rows)
    return Fingerprint(rows, digest)


def _hash(row: Plain) -> int:
    said = repr(row).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(said, digest_size=32).digest(), "big")


@cache
def _counting(table: Table) -> Select[Any]:
    return _moved(table, select(func.count()).select_from(table))


def _page(table: Table, after: Key) -> Select[Any]:
    keys = [column for column in table.columns if column.primary_key]
    return _all(table).where(tuple_(*keys) > tuple_(*after)) if after else _all(table)


@cache
def _all(table: Table) -> Select[Any]:
    """So many rows as are asked for, in the order of their keys."""
    keys = [column for column in table.columns if column.primary_key]
    query = select(*map(_plain, table.columns)).order_by(*keys)
    return _moved(table, query.limit(bindparam("most", type_=Integer)))


def _moved(table: Table, query: Select[Any]) -> Select[Any]:
    """Without the mark: each side of a move has its own."""
    return query.where(facts.c.name != NAME) if table is facts else query


def _plain(column: Column[Any]) -> Any:
    """Without what would make more of a value than is stored."""
    kind = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return cast(column, Text).label(column.name) if isinstance(kind, JSON) else column


@cache
def _adding(table: Table) -> Spelled:
    return Spelled(lambda _connection: table.insert().inline(), as_stored=True)
