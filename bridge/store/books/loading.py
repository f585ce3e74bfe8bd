"""Loads books: what a step may look at, for the events at hand, and whom it turns out to need."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.books import Books
from bridge.model import Delay, Event, EventId, Micros, Mute, Pick, Progress, Receipt, SenderId
from bridge.store.books import pages
from bridge.store.books import senders as people
from bridge.store.books.outbox import row_of
from bridge.store.books.raids import raid
from bridge.store.engine.dialect import among, among_given, given, skip_locked
from bridge.store.engine.spelled import Spelled
from bridge.store.engine.tables import acts, delays, members, mutes, outbox, picks, raids, senders


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
        await self._replies(books, missing, told)

    async def members(self, raid: str) -> tuple[SenderId, ...]:
        """Everyone who takes part in a raid, or was judged to, in a fixed order."""
        taking_part = select(members.c.sender).where(members.c.raid == raid)
        judged = select(senders.c.id).where(senders.c.raid == raid)
        return tuple(sorted(map(SenderId, await self.connection.scalars(union(taking_part, judged)))))

    async def touched(self, act: str, undoing: EventId) -> tuple[SenderId, ...]:
        """Whom an act muted, held back or answered and who still are because of it, or were until `undoing`
        began to end that."""
        muted = select(mutes.c.sender).where(mutes.c.act == act, _standing(mutes.c, undoing))
        held = select(outbox.c.sender).join(delays, delays.c.reply == outbox.c.id)
        held = held.where(delays.c.act == act, _standing(delays.c, undoing))
        waits = outbox.c.progress == Progress.HELD
        answered = select(outbox.c.sender).where(outbox.c.event == act, waits)
        found = await self.connection.scalars(union(muted, held, answered))
        return tuple(sorted(map(SenderId, found)))

    async def bindings(self, books: Books, wanted: Collection[SenderId]) -> None:
        """Puts at hand by what these are muted, and their replies held back, as far as no act ended it."""
        theirs = among(self.connection, mutes.c.sender, wanted), mutes.c.ended_by.is_(None)
        for row in (await self.connection.execute(select(mutes).where(*theirs))).all():
            told = {name: getattr(row, name) for name in Mute.__struct_fields__}
            books.know_mute(Mute(**told))
        held = select(delays).join(outbox, outbox.c.id == delays.c.reply)
        held = held.where(among(self.connection, outbox.c.sender, wanted), delays.c.ended_by.is_(None))
        for row in (await self.connection.execute(held)).all():
            books.know_delay(Delay(row.act, row.reply, row.due_at, row.until, row.at))

    async def met(self, wanted: Collection[SenderId]) -> tuple[SenderId, ...]:
        """Those who have ever written, in a fixed order."""
        if not wanted:
            return ()
        query = select(senders.c.id).where(among(self.connection, senders.c.id, wanted))
        found = await self.connection.scalars(query.where(senders.c.messages > 0))
        return tuple(sorted(map(SenderId, found)))

    async def chosen(self, act: str, undoing: EventId) -> tuple[SenderId, ...]:
        """Whom an act answered or dropped; but for what was undone before `undoing` began to."""
        standing = or_(picks.c.ended_by.is_(None), picks.c.ended_by == undoing)
        query = select(outbox.c.sender).join(picks, picks.c.reply == outbox.c.id)
        found = await self.connection.scalars(query.where(picks.c.act == act, standing).distinct())
        return tuple(sorted(map(SenderId, found)))

    async def raids_of(self, books: Books, sender: SenderId) -> None:
        """Puts the raids at hand that a sender takes part in, or was judged to."""
        joined = select(members.c.raid).where(members.c.sender == sender)
        judged = select(senders.c.raid).where(senders.c.id == sender)
        query = select(raids).where(or_(raids.c.id.in_(joined), raids.c.id.in_(judged)))
        found = [raid(row) for row in (await self.connection.execute(query.order_by(raids.c.id))).all()]
        books.joined[sender] = {one.id for one in found}
        for one in found:
            books.raids.setdefault(one.id, one)

    async def picks(self, books: Books, act: str) -> None:
        """Puts at hand what an act picked and nothing has taken back."""
        query = select(picks).where(picks.c.act == act, picks.c.ended_by.is_(None))
        for row in (await self.connection.execute(query)).all():
            books.picks[row.act, row.reply] = Pick(row.act, row.reply, row.rank, row.at)

    async def acted(self, books: Books, act: str) -> None:
        """Puts at hand when an act was done."""
        at: Micros | None = await self.connection.scalar(select(acts.c.at).where(acts.c.event == act))
        if at is not None:
            books.acted[EventId(act)] = at

    async def pages(self, books: Books, card: str) -> None:
        """Puts at hand what people are called for, or were lately, of a card."""
        books.pages = await pages.of_card(self.connection, card)

    async def _replies(self, books: Books, theirs: Collection[SenderId], told: Sequence[Event]) -> None:
        named = [one.what for one in told if isinstance(one.what, Receipt)]
        which: dict[str, Collection[str]] = {"sender": theirs}
        if named:
            ours = [one.reply for one in named if one.reply is not None]
            which |= {"message_id": [one.message_id for one in named], "id": ours}
        engine = self.connection.dialect.name
        wanted = {name: given(engine, values) for name, values in which.items()}
        for row in await _replies_by(*which).rows(self.connection, **wanted):
            books.keep(row_of(row))


@cache
def _replies_by(*columns: str) -> Spelled:
    """Those of which one of these columns is among the values given under its name."""

    def statement(connection: AsyncConnection) -> Select[Any]:
        engine = connection.dialect.name
        which = (among_given(engine, outbox.c[name], name) for name in columns)
        query = select(outbox).where(or_(*which)).order_by(outbox.c.id)
        return query.with_for_update() if skip_locked(connection) else query

    return Spelled(statement)


def _standing(columns: Any, undoing: EventId) -> ColumnElement[bool]:
    """Whether nothing has ended it before an act under way began to."""
    return or_(columns.ended_by.is_(None), columns.ended_by == undoing)
