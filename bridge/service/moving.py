"""Moves an installation from one database to another, so that it goes on exactly where it stopped.

Nothing runs meanwhile. The rows are copied in pages; each page is stored together with the place reached, so
that a move that was cut off goes on from there. Then both sides are read from end to end and held against
each other, and the evidence chain is walked. Only then is the old database marked as gone, and after it the
new one as ready: at no instant can both be run.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TypeVar

from sqlalchemy import Table
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured, RempartError, StoreDamaged, StoreUnavailable, StoreUnusable
from bridge.noun import Noun, replace
from bridge.service.exclusive import held
from bridge.store.engine import connecting, upkeep
from bridge.store.engine.migrate import bring_up_to_date
from bridge.store.engine.store import Store
from bridge.store.looks import chain
from bridge.store.moving import fitness, mark, rows
from bridge.store.moving.fitness import DESTINATION, ORIGIN, SAME
from bridge.store.moving.mark import Mark, Stage
from bridge.store.moving.rows import TABLES, Fingerprint

Tell = Callable[[str, int, int], None]
"""Told what is being done, how many rows of it are done, and of how many."""

T = TypeVar("T")

_PATIENCE = 900.0
"""Seconds for one answer of a server: to count ten million rows may take a while."""


class Moved(Noun):
    """What was found to be the same on both sides."""

    rows: Mapping[str, int]
    """How many, by table."""
    place: int
    """The newest one of the evidence chain."""


async def move(origin: str, destination: str, recognition_key: bytes, tell: Tell) -> Moved | None:
    """Moves everything from one URL to another; `None` where that was done before. Raises `RempartError`.

    `recognition_key`: of the secret that made the database. Cut off at any moment, it is called again.
    """
    urls = connecting.parse_url(origin, ORIGIN), connecting.parse_url(destination, DESTINATION)
    _refuse(*urls)
    async with _opened(ORIGIN, urls[0]) as source, _opened(DESTINATION, urls[1]) as target:
        return await _Move(source, target, recognition_key, tell).run()


def _refuse(origin: URL, destination: URL) -> None:
    """What can be told before anything is opened. Raises `Misconfigured`."""
    old, new = connecting.database_file(origin), connecting.database_file(destination)
    if old and not old.is_file():
        raise Misconfigured(f"There is no database at {old}: FROM names the one that is to be moved.")
    if origin == destination or (old and new and new.exists() and old.samefile(new)):
        raise Misconfigured(SAME)


class _Side(Noun):
    """One of the two databases, and how complaints name it."""

    name: str
    store: Store

    @property
    def shown(self) -> str:
        """Its address as it may be shown."""
        return connecting.shown_url(self.store.url)

    async def transact(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Runs work in one transaction. Raises `RempartError`."""
        with _named(self.name):
            return await self.store.transact(work)

    async def read(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Runs work that only looks. Raises `RempartError`."""
        with _named(self.name):
            return await self.store.read(work)


@asynccontextmanager
async def _opened(name: str, url: URL) -> AsyncIterator[_Side]:
    store = Store(url.render_as_string(hide_password=False), patience=_PATIENCE)
    async with held(store):
        with _named(name):
            await store.examine()
        yield _Side(name, store)


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Says with which of the two something is wrong; what does not pass is wrong in its address."""
    try:
        yield
    except StoreUnavailable as error:
        kind = StoreUnusable if error.passing or isinstance(error, StoreDamaged) else Misconfigured
        raise kind(str(error).replace("The database", f"The database {name}", 1)) from error


class _Move(Noun):
    """A move under way; the origin is held still by one transaction from the first page to the mark."""

    source: _Side
    target: _Side
    key: bytes
    tell: Tell

    async def run(self) -> Moved | None:
        ours = await self.source.transact(self._agreed)
        if ours is None:
            return None
        moved = await self.source.transact(partial(self._moved, ours=ours))
        arrived = replace(ours, stage=Stage.ARRIVED)
        await self.target.transact(lambda target: mark.write(target, arrived))
        return moved

    async def _agreed(self, source: AsyncConnection) -> Mark | None:
        """The mark that the origin bears while it is moved; `None` where it was moved there before.

        It stands there before the first row is copied: so it is noticed when somebody runs the origin
        meanwhile, and all that was copied is out of date.
        """
        ours = await fitness.look_at_origin(source, self.key)
        found = await self.target.read(partial(fitness.look_at_destination, recognition_key=self.key))
        agreed = fitness.agree(ours, found)
        if agreed is not None and agreed.stage == Stage.STAYED:
            await self.target.transact(partial(_begin, move=agreed.move))
            agreed = replace(agreed, stage=Stage.LEAVING)
        if agreed is not None:
            await mark.write(source, agreed)
        return agreed

    async def _moved(self, source: AsyncConnection, ours: Mark) -> Moved:
        """Copies what is missing, and holds both sides against each other."""
        await upkeep.hold_still(source, TABLES)
        if await fitness.look_at_origin(source, self.key) != ours:
            raise RempartError("FROM was used meanwhile: begin again.")
        reached = await self.target.transact(partial(self._reached, move=ours.move))
        for table in rows.missing(reached):
            reached = await self._copy(source, table, reached)
        await self.target.transact(partial(upkeep.go_on, tables=TABLES))
        moved = await self._verified(source, ours)
        await mark.write(source, replace(ours, stage=Stage.GONE, to=self.target.shown))
        return moved

    async def _reached(self, target: AsyncConnection, move: str) -> Mark:
        """Up to where the destination is filled; nobody else can begin to use it meanwhile."""
        await bring_up_to_date(target)
        found = await fitness.look_at_destination(target, self.key)
        if found.mark is not None and found.mark.move == move:
            return found.mark
        if not found.blank:
            raise RempartError("TO was used meanwhile: name an empty database.")
        return await _begin(target, move)

    async def _copy(self, source: AsyncConnection, table: Table, reached: Mark) -> Mark:
        """Copies what is missing of a table, page by page; returns how far that is."""
        if reached.table != table.name:
            reached = await self._add(
                table, [], reached, replace(reached, table=table.name, after=(), rows=0)
            )
        total = await rows.count(source, table)
        async for page in rows.pages(source, table, reached.after):
            further = replace(reached, after=rows.key_of(table, page[-1]), rows=reached.rows + len(page))
            reached = await self._add(table, page, reached, further)
            self.tell(f"copying {table.name}", reached.rows, total)
        return reached

    async def _add(self, table: Table, page: Sequence[rows.Plain], reached: Mark, further: Mark) -> Mark:
        """Stores a page, together with the place that it reaches to."""

        async def work(target: AsyncConnection) -> None:
            if not await mark.advance(target, reached, further):
                raise RempartError("Another command moves something into TO: wait for its end.")
            if page:
                await rows.put(target, table, page)

        try:
            await self.target.transact(work)
        except DBAPIError:  # the database is well; and the driver's own prose would quote the row
            raise StoreUnusable(
                f"TO does not take a row of the table {table.name} as it is in FROM."
            ) from None
        return further

    async def _verified(self, source: AsyncConnection, ours: Mark) -> Moved:
        """Reads both sides from end to end, and walks the chain. Raises `StoreUnusable` if they differ."""
        counts = {}
        for table in TABLES:
            counts[table.name] = total = await rows.count(source, table)
            was = await self._fingerprint(table, total, source)
            now = await self.target.read(partial(self._fingerprint, table, total))
            if was != now:
                await self.target.transact(partial(_begin, move=ours.move))
                raise StoreUnusable(_differ(table, was, now))
        seen = partial(self._seen, "checking the evidence chain", counts["events"])
        link = await self.target.read(partial(chain.walk, seen=seen))
        return Moved(counts, link.place)

    async def _fingerprint(self, table: Table, total: int, side: AsyncConnection) -> Fingerprint:
        return await rows.fingerprint(side, table, partial(self._seen, f"checking {table.name}", total))

    def _seen(self, what: str, total: int, done: int) -> None:
        self.tell(what, done, total)


async def _begin(target: AsyncConnection, move: str) -> Mark:
    """Removes what stands there: the first facts of every database, or what is out of date."""
    begun = Mark(move, Stage.ARRIVING)
    await upkeep.empty(target, TABLES)
    await mark.write(target, begun)
    return begun


def _differ(table: Table, was: Fingerprint, now: Fingerprint) -> str:
    what = f"differs in its number of rows, {was.rows:,} in FROM and {now.rows:,} in TO"
    if was.rows == now.rows:
        what = "does not hold the same in FROM and in TO"
    return f"The check failed, and nothing was moved: {table.name} {what}. The same command begins anew."
