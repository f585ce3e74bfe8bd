"""What a dossier is drawn from: entries of the log by who and when, page by page; looks, changes nothing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import pause, resume, shield, unshield
from bridge.heart.acts.shared import stretch
from bridge.model import HEARD, HOUSE, MicroEuros, Micros, SenderId
from bridge.noun import Noun
from bridge.store.books import ledger
from bridge.store.books import raids as kept
from bridge.store.books.journal import ENTRY
from bridge.store.books.outbox import PAID
from bridge.store.engine.tables import (
    acts,
    clusters,
    decisions,
    events,
    lessons,
    members,
    outbox,
    raids,
    senders,
    stances,
)

PAGE = 500

_EVERYTHING: Micros = 2**62

_ON_GUARD = (shield.VERB.name, unshield.VERB.name, pause.VERB.name, resume.VERB.name)


class Scope(Noun):
    """What a dossier is about; within its time, and no entry behind `size`."""

    size: int
    since: Micros = 0
    until: Micros = _EVERYTHING
    raid: str | None = None
    sender: SenderId | None = None
    house: SenderId | None = None
    """Under what the service's own deeds are sealed: they belong to a raid's timeline."""

    def where(self) -> list[ColumnElement[bool]]:
        """Which events belong to it."""
        here = self._within()
        if self.sender is not None:
            return [*here, events.c.sender == self.sender]
        done = select(acts.c.event).where(acts.c.event == events.c.id, self.belongs(acts)).exists()
        told = or_(events.c.kind != "act", done)
        if self.raid is None:
            return [*here, told]
        theirs = self._wrote(events.c.sender)
        return [*here, told, or_(theirs, events.c.kind == "act", events.c.sender == self.house)]

    def belongs(self, done: FromClause) -> ColumnElement[bool]:
        """Whether an act belongs to it: it is about the raid, or one of its people, or kept the service
        guarded; or it took such an act back. What concerns others, or money, is none of it."""
        undone = acts.alias("undone")
        before = select(undone.c.event).where(undone.c.event == done.c.about, self._concerns(undone))
        taught = (
            select(lessons.c.id)
            .join(undone, undone.c.event == lessons.c.act)
            .where(lessons.c.id == done.c.about, self._concerns(undone))
        )
        return or_(self._concerns(done), before.exists(), taught.exists())

    def _concerns(self, done: FromClause) -> ColumnElement[bool]:
        raid = select(raids.c.id).where(raids.c.id == done.c.about).exists()
        one = senders.alias("one")
        who = select(one.c.id).where(one.c.handle == done.c.about, self._wrote(one.c.id)).exists()
        return or_(raid if self.raid is None else done.c.about == self.raid, who, done.c.verb.in_(_ON_GUARD))

    def _within(self) -> list[ColumnElement[bool]]:
        return [
            events.c.place.is_not(None),
            events.c.place <= self.size,
            events.c.received_at >= self.since,
            events.c.received_at <= self.until,
        ]

    def _wrote(self, sender: ColumnElement[Any]) -> ColumnElement[bool]:
        """Whether it is about what this sender wrote."""
        if self.raid is not None:
            return sender.in_(select(members.c.sender).where(members.c.raid == self.raid))
        theirs = events.alias("theirs")
        written = theirs.c.received_at.between(self.since, self.until), theirs.c.kind.in_(HEARD)
        heard = select(theirs.c.id).join(decisions, decisions.c.event == theirs.c.id)
        return (
            heard.where(decisions.c.sender == sender, *written).correlate_except(theirs, decisions).exists()
        )


async def of_raid(connection: AsyncConnection, raid: str, size: int, house: SenderId) -> Scope | None:
    """What a raid's members wrote while it belongs to it, and what was done; if there is such a raid."""
    found = await kept.called(connection, raid)
    if found is None:
        return None
    since, until = stretch(found)
    return Scope(size, since, until, raid=raid, house=house)


class Extent(Noun):
    """How much there is."""

    count: int
    messages: int
    first: Micros
    last: Micros
    senders: int


async def extent(connection: AsyncConnection, scope: Scope) -> Extent:
    """Of the entries of a scope; the instants are those of messages."""
    here = scope.where()
    count = await connection.scalar(select(func.count()).select_from(events).where(*here)) or 0
    written = select(
        func.count(),
        func.min(events.c.received_at),
        func.max(events.c.received_at),
        func.count(events.c.sender.distinct()),
    ).where(*here, events.c.kind.in_(HEARD))
    messages, first, last, people = (await connection.execute(written)).one()
    return Extent(count, messages, first or 0, last or 0, people)


async def heard_on(connection: AsyncConnection, scope: Scope) -> frozenset[str]:
    """The channels by which people wrote, or rang."""
    query = select(events.c.channel).where(*scope.where(), events.c.kind.in_(HEARD)).distinct()
    return frozenset(await connection.scalars(query))


async def page(connection: AsyncConnection, scope: Scope, after: int) -> Sequence[Row[Any]]:
    """The next entries behind a place, in order, with whatever tells about them."""
    query = (
        select(
            *ENTRY,
            events.c.place,
            events.c.original,
            senders.c.handle,
            senders.c.erased_at,
            decisions.c.cost,
            decisions.c.verdict,
            decisions.c.suspicion,
        )
        .join(senders, senders.c.id == events.c.sender)
        .outerjoin(decisions, decisions.c.event == events.c.id)
        .where(*scope.where(), events.c.place > after)
        .order_by(events.c.place)
        .limit(PAGE)
    )
    return list(await connection.execute(query))


async def replied(connection: AsyncConnection, scope: Scope) -> dict[SenderId, tuple[int, MicroEuros]]:
    """Replies to the messages of the scope that were handed over, with what they cost or may have, by sender:
    as a raid's card counts them, whenever they left."""
    query = (
        select(outbox.c.sender, func.count(), func.sum(ledger.BOOKED))
        .join(events, events.c.id == outbox.c.event)
        .where(*scope.where(), events.c.kind.in_(HEARD), PAID)
        .group_by(outbox.c.sender)
    )
    rows = await connection.execute(query)
    return {SenderId(sender): (count, int(cost or 0)) for sender, count, cost in rows}


async def postures(connection: AsyncConnection, scope: Scope) -> Sequence[Row[Any]]:
    """How guarded the service was, change by change, with the reason."""
    between = stances.c.since.between(scope.since, scope.until)
    return (await connection.execute(select(stances).where(between).order_by(stances.c.seq))).all()


async def done(connection: AsyncConnection, scope: Scope) -> Sequence[Row[Any]]:
    """What the team did meanwhile that belongs to it."""
    between = acts.c.at.between(scope.since, scope.until), acts.c.outcome == "done"
    its = select(acts).where(*between, scope.belongs(acts))
    return (await connection.execute(its.order_by(acts.c.at, acts.c.event))).all()


async def techniques(connection: AsyncConnection, raid: str) -> Sequence[Row[Any]]:
    """How a raid was seen: each technique with its messages."""
    query = select(clusters.c.kind, func.sum(clusters.c.messages)).where(clusters.c.raid == raid)
    return list(await connection.execute(query.group_by(clusters.c.kind).order_by(clusters.c.kind)))


def house_of(journal: Any) -> SenderId:
    """Under what the service's own deeds are sealed."""
    return SenderId(journal.sender(HOUSE, HOUSE))
