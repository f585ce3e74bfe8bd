"""Loads books: what a step may look at, for the events at hand, and whom it turns out to need."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.books import Books, Cluster
from bridge.model import Event, Receipt, SenderId
from bridge.store.books import senders as people
from bridge.store.books.outbox import row_of
from bridge.store.engine.dialect import among, skip_locked
from bridge.store.engine.tables import members, mutes, outbox, senders


class Shelf:
    """Where the books' contents come from, inside the fold's transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        """Reads, and locks what it reads where several processes may change it."""
        self.connection = connection

    async def fetch(self, books: Books, wanted: Collection[SenderId], told: Sequence[Event] = ()) -> None:
        """Puts senders at hand, with every reply to them; and the replies that receipts tell of."""
        missing = [one for one in dict.fromkeys(wanted) if one not in books.senders]
        if not missing and not told:
            return
        for one in await people.load(self.connection, missing):
            books.know(one)
        await self._replies(books, among(self.connection, outbox.c.sender, missing), told)

    async def fetch_raid(self, books: Books, raid: str) -> None:
        """Puts a raid at hand: its clusters, and everyone who takes part, or was judged to."""
        rows = await self.connection.execute(select(members).where(members.c.raid == raid))
        for row in rows.all():
            key = (row.raid, row.kind, row.key)
            books.clusters.setdefault(key, Cluster()).members.add(SenderId(row.sender))
        judged = await self.connection.scalars(select(senders.c.id).where(senders.c.raid == raid))
        await self.fetch(books, [*map(SenderId, judged), *books.members(raid)])

    async def fetch_muted(self, books: Books, act: str) -> tuple[SenderId, ...]:
        """Puts those at hand whom an act muted and who still are because of it."""
        query = select(mutes.c.sender).where(mutes.c.act == act, mutes.c.ended_by.is_(None))
        found = tuple(map(SenderId, await self.connection.scalars(query.order_by(mutes.c.sender))))
        await self.fetch(books, found)
        return found

    async def _replies(self, books: Books, theirs: ColumnElement[bool], told: Sequence[Event]) -> None:
        named = [one.what for one in told if isinstance(one.what, Receipt)]
        which = [theirs]
        if named:
            ours = [one.reply for one in named if one.reply is not None]
            which += [
                among(self.connection, outbox.c.message_id, [one.message_id for one in named]),
                among(self.connection, outbox.c.id, ours),
            ]
        query = select(outbox).where(or_(*which)).order_by(outbox.c.id)
        locked = query.with_for_update() if skip_locked(self.connection) else query
        for row in (await self.connection.execute(locked)).all():
            books.keep(row_of(row))
