"""What a dossier is drawn from: entries of the log by who and when, page by page; looks, changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts.shared import stretch
from bridge.model import COMMITTED, HEARD, HOUSE, MicroEuros, Micros, SenderId
from bridge.store.books import ledger
from bridge.store.books import raids as kept
from bridge.store.books.journal import ENTRY
from bridge.store.engine.tables import acts, clusters, decisions, events, members, outbox, senders, stances

PAGE = 500

_EVERYTHING: Micros = 2**62


@dataclass(frozen=True, slots=True)
class Scope:
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
        here = [
            events.c.place.is_not(None),
            events.c.place <= self.size,
            events.c.received_at >= self.since,
            events.c.received_at <= self.until,
        ]
        if self.sender is not None:
            here.append(events.c.sender == self.sender)
        elif self.raid is not None:
            who = select(members.c.sender).where(members.c.raid == self.raid)
            theirs = events.c.sender.in_(who)
            here.append(or_(theirs, events.c.kind == "act", events.c.sender == self.house))
        return here


async def of_raid(connection: AsyncConnection, raid: str, size: int, house: SenderId) -> Scope | None:
    """What a raid's members wrote while it belongs to it, and what was done; if there is such a raid."""
    found = await kept.called(connection, raid)
    if found is None:
        return None
    since, until = stretch(found)
    return Scope(size, since, until, raid=raid, house=house)


@dataclass(frozen=True, slots=True)
class Extent:
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


async def page(connection: AsyncConnection, scope: Scope, after: int) -> Sequence[Row[Any]]:
    """The next entries behind a place, in order, with whatever tells about them."""
    query = (
        select(
            *ENTRY,
            events.c.place,
            events.c.original,
            senders.c.handle,
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
    """Replies that were handed over to people of the scope, with what they cost or may have, by sender."""
    here = select(events.c.sender).where(*scope.where(), events.c.kind.in_(HEARD))
    query = (
        select(outbox.c.sender, func.count(), func.sum(ledger.BOOKED))
        .where(outbox.c.sender.in_(here), outbox.c.progress.in_(COMMITTED))
        .where(outbox.c.attempted_at >= scope.since, outbox.c.attempted_at <= scope.until)
        .group_by(outbox.c.sender)
    )
    rows = await connection.execute(query)
    return {SenderId(sender): (count, int(cost or 0)) for sender, count, cost in rows}


async def postures(connection: AsyncConnection, scope: Scope) -> Sequence[Row[Any]]:
    """How guarded the service was, change by change, with the reason."""
    between = stances.c.since.between(scope.since, scope.until)
    return (await connection.execute(select(stances).where(between).order_by(stances.c.seq).limit(200))).all()


async def done(connection: AsyncConnection, scope: Scope) -> Sequence[Row[Any]]:
    """What the team did meanwhile."""
    between = acts.c.at.between(scope.since, scope.until), acts.c.outcome == "done"
    return (await connection.execute(select(acts).where(*between).order_by(acts.c.at).limit(200))).all()


async def techniques(connection: AsyncConnection, raid: str) -> Sequence[Row[Any]]:
    """How a raid was seen: each technique with its messages."""
    query = select(clusters.c.kind, func.sum(clusters.c.messages)).where(clusters.c.raid == raid)
    return list(await connection.execute(query.group_by(clusters.c.kind).order_by(clusters.c.kind)))


def house_of(journal: Any) -> SenderId:
    """Under what the service's own deeds are sealed."""
    return SenderId(journal.sender(HOUSE, HOUSE))
