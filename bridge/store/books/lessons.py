"""Lessons as they are kept: which messages were taught, never what they say. Inside the caller's transaction.

The texts are read from the journal whenever they are needed: once a person is erased, nothing that was
learned from them can be had again.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import reads_texts
from bridge.heart.acts.shared import stretch
from bridge.model import Act, EventId, Message, Micros, SenderId
from bridge.noun import Noun
from bridge.raid.suspicion.lessons import MOST_TEXTS, Lessons, lesson
from bridge.store.books import raids
from bridge.store.books.journal import ENTRY, Journal, opened
from bridge.store.engine.dialect import among
from bridge.store.engine.tables import acts, decisions, events, lessons, taught


async def texts(
    connection: AsyncConnection,
    journal: Journal,
    event: EventId,
    act: Act,
    senders: Sequence[SenderId],
) -> dict[EventId, dict[EventId, str]]:
    """What an act of teaching is about: the newest texts of its senders, by their events."""
    if not reads_texts(act) or not senders:
        return {}
    return {event: await _read(connection, journal, await _newest(connection, act, senders))}


async def load(connection: AsyncConnection, journal: Journal) -> Lessons:
    """The lessons in force, as far as their texts can still be read."""
    query = (
        select(lessons.c.id, lessons.c.label, acts.c.about)
        .join(acts, acts.c.event == lessons.c.act)
        .join(events, events.c.id == lessons.c.act)
        .where(lessons.c.ended_by.is_(None))
        .order_by(events.c.place)
    )
    return Lessons.of(
        [
            lesson(row.id, row.label, row.about, await _texts_of(connection, journal, row.id))
            for row in (await connection.execute(query)).all()
        ]
    )


async def standing(connection: AsyncConnection, about: str) -> str | None:
    """The lesson in force about a raid, or about the bearer of a handle."""
    query = (
        select(lessons.c.id)
        .join(acts, acts.c.event == lessons.c.act)
        .where(acts.c.about == about, lessons.c.ended_by.is_(None))
    )
    found: str | None = await connection.scalar(query)
    return found


class Taught(Noun):
    """A lesson as it is listed."""

    id: str
    label: str
    about: str
    texts: int
    by: str
    at: Micros
    reason: str
    undone_by: str | None
    undone_at: Micros | None


async def listed(connection: AsyncConnection) -> list[Taught]:
    """Every lesson there was, the newest first."""
    undoing = acts.alias()
    count = select(func.count()).where(taught.c.lesson == lessons.c.id).scalar_subquery()
    query = (
        select(lessons.c.id, lessons.c.label, acts.c.about, count, acts.c.actor, acts.c.at, lessons.c.reason)
        .add_columns(undoing.c.actor, undoing.c.at)
        .select_from(
            lessons.join(acts, acts.c.event == lessons.c.act).outerjoin(
                undoing, undoing.c.event == lessons.c.ended_by
            )
        )
        .order_by(acts.c.at.desc(), lessons.c.id)
    )
    return [Taught(*row) for row in await connection.execute(query)]


async def _newest(connection: AsyncConnection, act: Act, who: Sequence[SenderId]) -> Sequence[Row[Any]]:
    """The newest messages that were looked at; those of a raid, from about the time of the raid."""
    query = select(*ENTRY).join(decisions, decisions.c.event == events.c.id)
    query = query.where(among(connection, decisions.c.sender, who), decisions.c.suspicion.is_not(None))
    raid = await raids.called(connection, act.target)
    if raid is not None:
        query = query.where(decisions.c.decided_at.between(*stretch(raid)))
    query = query.order_by(decisions.c.decided_at.desc(), events.c.place.desc()).limit(MOST_TEXTS)
    return (await connection.execute(query)).all()


async def _texts_of(connection: AsyncConnection, journal: Journal, id_: str) -> Iterable[str]:
    query = select(*ENTRY).join(taught, taught.c.event == events.c.id).where(taught.c.lesson == id_)
    return (await _read(connection, journal, (await connection.execute(query)).all())).values()


async def _read(
    connection: AsyncConnection, journal: Journal, rows: Sequence[Row[Any]]
) -> dict[EventId, str]:
    """What can be opened, of what is a message."""
    found = await opened(connection, journal.keyring, rows)
    return {event: one.what.text for event, one in found.items() if isinstance(one.what, Message)}
