"""Opens a database, and runs work in transactions that no cancellation can tear."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from secrets import token_hex
from time import monotonic as _now
from typing import Any, TypeVar

from sqlalchemy import Table, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bridge.errors import StoreAbsent, StoreDamaged, StoreUnavailable
from bridge.store.engine import connecting, left, one_way, trouble, upkeep
from bridge.store.engine.place import Place
from bridge.store.engine.tables import metadata

LONGEST_GOODBYE = 2.0
"""Seconds that transactions under way are given when the store is closed; PostgreSQL may not answer."""

T = TypeVar("T")
Work = Callable[[AsyncConnection], Awaitable[T]]
Way = Callable[[AsyncConnection, Work[Any]], Awaitable[Any]]
"""How a connection comes to do work, in a transaction of its own."""


class Store:
    """One database, SQLite or PostgreSQL."""

    def __init__(self, url: str, *, serving: bool = False, patience: float = connecting.PATIENCE) -> None:
        """Reads the URL; dials nothing. Raises `Misconfigured`.

        `serving`: a service asks, not a command. `patience`: seconds for one answer of a server.
        """
        self.url = connecting.parse_url(url)
        self._writer = connecting.writing_engine(self.url, self._may_wait, serving=serving, patience=patience)
        self._reader = connecting.reading_engine(self.url, self._writer)
        self._turn = asyncio.Semaphore(1 if connecting.is_sqlite(self.url) else 5)
        self._give_up_at = 0.0
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False
        self._damaged = False
        self._refused = False
        """Whether something could not be stored, and nobody has seen since that there is room for it."""
        self._in_order = False
        self._looking: Any = None
        self._file = connecting.database_file(self.url)
        self._place = Place(self._file)

    async def transact(self, work: Work[T]) -> T:
        """Runs `work` in one transaction, to its end even when the caller is cancelled.

        Raises `StoreUnavailable` when nothing was stored and trying later may help. Once the database has
        shown damage, nothing is stored any more: it would make it worse, and nobody could rely on it.
        """
        return await self._shielded(self._in_turn(work, self._whole, _soon()))

    async def carry(self, work: Work[T]) -> T:
        """The same for work that waits for nothing but its connection: SQLite's thread takes all of it, from
        BEGIN to COMMIT. With a way there and back for each statement, everything else would be done by the
        time at which the disk is waited for, and nothing left to do meanwhile.
        """
        way = self._carried if connecting.is_sqlite(self.url) else self._whole
        return await self._shielded(self._in_turn(work, way, _soon()))

    async def read(self, work: Work[T]) -> T:
        """Runs `work` on a connection that sees one consistent state and cannot write."""
        return await self._shielded(self._begin(self._reader, work, self._whole))

    async def ping(self) -> None:
        """Proves that something can be stored. Raises `StoreUnavailable`.

        On a full disk what is there can still be changed: once something was refused, there must be room for
        as much as a message may take.
        """
        if self._refused:
            self._refused = False
            await self.transact(partial(_touch, value=token_hex(_ROOM // 2)))
        await self.transact(_touch)

    async def scrub(self, tables: Sequence[Table]) -> bool:
        """Leaves no trace of what these tables held: see `upkeep.scrub`. Raises `StoreUnavailable`."""
        return await self._shielded(self._scrubbed(tables))

    async def _scrubbed(self, tables: Sequence[Table]) -> bool:
        async with self._turn:
            if self._closed or self._damaged:
                return False
            try:
                async with self._writer.connect() as connection:
                    return await upkeep.scrub(connection, tables)
            except Exception as error:
                if not isinstance(error, (DBAPIError, PoolTimeout, OSError, *trouble.DRIVER_ERRORS)):
                    raise
                raise _unavailable(error) from error

    async def close(self) -> None:
        """Lets what is running end, begins nothing else, then lets go of every connection."""
        self._closed = True
        if self._looking is not None:
            await self._looking.interrupt()
        if self._running:
            await asyncio.wait(self._running, timeout=LONGEST_GOODBYE)
        for engine in {self._reader, self._writer}:
            with suppress(SQLAlchemyError, OSError):
                await engine.dispose()
        if self._file and self._in_order and not self._damaged:
            left.note(self._file)

    async def _in_turn(self, work: Work[T], way: Way, give_up_at: float) -> T:
        async with self._turn:
            self._give_up_at = give_up_at
            if self._damaged:
                raise StoreDamaged
            try:
                return await self._begin(self._writer, work, way)
            except StoreUnavailable:
                self._refused = True
                raise

    def _may_wait(self) -> bool:
        """Whether to go on waiting for a locked file: whoever waited for a turn has waited already."""
        return not self._closed and _now() < self._give_up_at

    async def _shielded(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # looked at: whoever waited for it may have gone

    async def _begin(self, engine: AsyncEngine, work: Work[T], way: Way) -> T:
        if self._closed:
            raise StoreUnavailable("The database is closed: Rempart is stopping.")
        try:
            self._place.check()
            async with engine.connect() as connection:
                done: T = await way(connection, work)
            self._place.check()  # before anybody is told that it is stored
        except (DBAPIError, PoolTimeout, OSError) as error:
            if trouble.is_damage(error):
                self._damaged = True
                raise StoreDamaged from error
            if isinstance(error, DBAPIError) and not trouble.is_trouble(error):
                raise  # what was asked is a bug, not the weather
            raise _unavailable(error) from error
        return done

    async def _whole(self, connection: AsyncConnection, work: Work[T]) -> T:
        """Begins, does it, commits."""
        async with connection.begin():
            self._place.note()
            return await work(connection)

    async def _carried(self, connection: AsyncConnection, work: Work[T]) -> T:
        """The same, in the driver's thread."""
        driver: one_way.Connection = await upkeep.driver_of(connection)
        return await driver.carry(self._whole(connection, work))

    async def examine(self) -> None:
        """Looks through a SQLite file for damage, about a second for 300 MB. Raises `StoreDamaged`."""
        await self._look_through(None)
        self._in_order = True

    async def examine_unless_as_left(self) -> bool:
        """The same, but for a file that stands just as a service left it, or is large; whether it was looked
        through.

        Raises `StoreDamaged`.
        """
        if self._file is None or not (left.as_noted(self._file) or left.is_large(self._file)):
            await self.examine()
            return True
        await self._look_through("sqlite_master")  # its first pages, and the list of its tables
        self._in_order = True
        return False

    async def examine_meanwhile(self) -> None:
        """Looks through it table by table while others read and write. Raises `StoreDamaged`."""
        for table in metadata.sorted_tables:
            await self._look_through(table.name)

    async def _look_through(self, table: str | None) -> None:
        """Once damage is found, nothing is stored any more."""
        try:
            whole = await self.read(partial(self._is_whole, table=table))
        except UnicodeDecodeError:  # SQLite quotes what it found
            whole = False
        if not whole:
            self._damaged = True
            raise StoreDamaged

    async def _is_whole(self, connection: AsyncConnection, table: str | None) -> bool:
        """A stop ends the look: it may take longer than anybody waits."""
        self._looking = await upkeep.driver_of(connection) if connecting.is_sqlite(self.url) else None
        try:
            return await upkeep.is_whole(connection, table)
        finally:
            self._looking = None


_PASSING = {
    "locked": "another program holds the database locked",
    "is full": "the disk or the database is full",
    "no space left": "the disk or the database is full",
    "disk i/o": "the disk reports an error",
}
_NO_DATABASE = "3D000"
_STATES = {
    _NO_DATABASE: "the database does not exist",
    "55P03": "another program holds it locked",
    "26000": "a pooler in between mixes up its connections: give the address of the server itself, or set "
    "pool_mode = session",
    "42P05": "a pooler in between mixes up its connections: give the address of the server itself, or set "
    "pool_mode = session",
    "42501": "the database does not let this user do it",
    "28000": "the database refuses the name or the password",
    "28P01": "the database refuses the name or the password",
}
"""By PostgreSQL's own code, which counts before any prose."""

_LASTING = {
    "readonly": "the database is read-only",
    "read-only": "the database is read-only",
    "unable to open": "the database file cannot be opened",
    "password authentication": "the database refuses the name or the password",
    'role "': "the database refuses the name or the password",
    "no such table": "its tables are not those of this release, which `rempart run` would make",
    "no such column": "its tables are not those of this release, which `rempart run` would make",
    'column "': "its tables are not those of this release, which `rempart run` would make",
    'relation "': "its tables are not those of this release, which `rempart run` would make",
    "sslmode": "the sslmode in its URL is none that there is",
    "unrecognized configuration parameter": "its URL has an option that PostgreSQL does not know",
}


def _unavailable(error: Exception) -> StoreUnavailable:
    """What is wrong in plain words: a driver's own prose may quote what was being stored."""
    cause = getattr(error, "orig", error)
    state = getattr(cause, "sqlstate", None) or ""
    known = _STATES.get(state)
    if known:
        kind = StoreAbsent if state == _NO_DATABASE else StoreUnavailable
        return kind(f"The database cannot be used: {known}.", passing=False)
    prose = str(cause).lower()
    for telltale, sentence in (_PASSING | _LASTING).items():
        if telltale in prose:
            return StoreUnavailable(f"The database cannot be used: {sentence}.", passing=telltale in _PASSING)
    return StoreUnavailable("The database cannot be used: it does not answer.")


def _soon() -> float:
    """Until when a transaction that is asked for now may wait for its turn and for the file."""
    return _now() + connecting.BUSY_TIMEOUT_MS / 1000


_ROOM = 65_536
"""Characters that nothing can press together: a webhook of the largest kind."""


async def _touch(connection: AsyncConnection, value: str = "") -> None:
    put = "INSERT INTO facts (name, value) VALUES ('ping', :v) ON CONFLICT (name) DO UPDATE SET value = :v"
    await connection.execute(text(put), {"v": value})
