"""Statements that are spelled out once, and then go to the driver as they stand.

What intake and the fold ask is the same each time, but for its parameters. The library would look every one
up, put its parameters in order and describe what comes back, each time anew: that takes several times as long
as the database does (docs/performance.md). What it raises is what the library raises for any statement, and
whoever listens to those that it executes hears of these, too.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Delete, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine
from sqlalchemy.util import await_only

from bridge.noun import Noun
from bridge.store.engine import one_way

Statement = Select[Any] | Insert | Update | Delete

Change = Callable[[Any], Any] | None
"""What makes a value storable, or readable again; `None` where the driver takes it as it is."""


class Spelled:
    """A statement that is always the same, but for its parameters: those go by their names.

    Decorates the function that makes it, which is called once for each engine.
    """

    def __init__(self, make: Callable[[AsyncConnection], Statement], *, as_stored: bool = False) -> None:
        """`as_stored`: values are given as they stand in the database, JSON as its text."""
        self._make, self._as_stored = make, as_stored
        self._texts: dict[str, _Text] = {}

    async def rows(self, connection: AsyncConnection, **given: Any) -> list[Any]:
        """All that it finds: named tuples of its columns."""
        text = self._text(connection, given)
        found = await connection.run_sync(_execute, text.sql, text.ordered(given))
        return text.read(found)

    async def scalar(self, connection: AsyncConnection, **given: Any) -> Any:
        """The first column of the first row; `None` where there is none."""
        found = await self.rows(connection, **given)
        return found[0][0] if found else None

    async def put(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Executes it for every row, in one go; without rows, not at all. All of them have the same names."""
        await put_all(connection, [(self, rows)])

    def told(self, connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> "_Told":
        """Its text in the words of the engine, and rows as the driver takes them."""
        text = self._text(connection, rows[0])
        return text.sql, [text.ordered(row) for row in rows]

    def _text(self, connection: AsyncConnection, given: Mapping[str, Any]) -> "_Text":
        engine = connection.dialect.name
        if engine not in self._texts:
            self._texts[engine] = _spell(self._make(connection), connection.dialect, given, self._as_stored)
        return self._texts[engine]


Put = tuple[Spelled, Sequence[Mapping[str, Any]]]
"""A statement, and the rows for each of which it is to be executed."""

_Told = tuple[str, Sequence[tuple[Any, ...]]]


async def put_all(connection: AsyncConnection, puts: Iterable[Put]) -> None:
    """Executes each of them for all its rows, in their order and in one go; without rows, not at all."""
    told = [statement.told(connection, rows) for statement, rows in puts if rows]
    if told:
        await connection.run_sync(_execute_all, told)


class _Text(Noun):
    """A statement in the words of one engine."""

    sql: str
    parameters: Sequence[tuple[str, Change]]
    """In their order."""
    constants: Mapping[str, Any]
    """Parameters that are always the same."""
    row: Callable[[Sequence[Any]], Any]
    columns: Sequence[Change]

    def ordered(self, given: Mapping[str, Any]) -> tuple[Any, ...]:
        """The parameters as the driver takes them."""
        told = {**self.constants, **given} if self.constants else given
        return tuple(
            [told[name] if change is None else change(told[name]) for name, change in self.parameters]
        )

    def read(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Rows as the driver gave them, with names."""
        if any(self.columns):
            found = [
                [
                    one if change is None else change(one)
                    for one, change in zip(row, self.columns, strict=True)
                ]
                for row in found
            ]
        return list(map(self.row, found))


def _spell(statement: Statement, dialect: Dialect, given: Mapping[str, Any], as_stored: bool) -> _Text:
    compiled: Any = statement.compile(dialect=dialect, column_keys=list(given))
    if compiled.post_compile_params:
        raise TypeError("A list is as long as what it holds: hand it over by `among_given`.")
    types = {name: one.type for one, name in compiled.bind_names.items()}
    storing = {name: None if as_stored else _storing(one, dialect) for name, one in types.items()}
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    columns = list(statement.selected_columns) if isinstance(statement, Select) else []
    row = namedtuple("row", [one.name for one in columns], rename=True)  # type: ignore[misc]
    return _Text(
        compiled.string,
        [(name, storing[name]) for name in compiled.positiontup or ()],
        constants,
        row._make,
        [_reading(one.type, dialect) for one in columns],
    )


def _storing(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def _execute(connection: Connection, sql: str, given: tuple[Any, ...]) -> Sequence[Any]:
    """With the driver's own cursor; every row that there is."""
    with _cursor(connection, sql) as cursor:
        cursor.execute(*_heard(connection, cursor, sql, given))
        return cursor.fetchall()


def _execute_all(connection: Connection, told: Sequence[_Told]) -> None:
    """To the thread of SQLite there is one way for all of them; a server is told one after the other."""
    driver: Any = connection.connection.driver_connection
    with _cursor(connection, "; ".join(sql for sql, _ in told)) as cursor:
        heard = [_heard(connection, cursor, sql, rows, many=True) for sql, rows in told]
        if isinstance(driver, one_way.Connection):
            await_only(driver.execute_all(heard))
        else:
            for sql, rows in heard:
                cursor.executemany(sql, rows)


@contextmanager
def _cursor(connection: Connection, sql: str) -> Iterator[DBAPICursor]:
    """A cursor whose errors are those of the library."""
    cursor = connection.connection.cursor()
    try:
        yield cursor
    except connection.dialect.loaded_dbapi.Error as error:
        connection._handle_dbapi_exception(error, sql, None, cursor, None)  # noqa: SLF001 - as it does itself
    finally:
        cursor.close()


def _heard(connection: Connection, cursor: DBAPICursor, sql: str, given: Any, *, many: bool = False) -> Any:
    """What is executed, once everybody has heard of it who listens."""
    for hear in connection.dispatch.before_cursor_execute:
        sql, given = hear(connection, cursor, sql, given, None, many)
    return sql, given
