"""Doubtful people who wait, sorted into groups; inside the caller's transaction.

A group is named by its key and by the instant at which somebody looked. What was in it then can be worked out
again however much has left since, so that an act is about those who were seen, and nobody else.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import WITHDRAWN, Event, EventId, Message, Micros, Progress, SenderId
from bridge.moderation.targets import GroupName, read_group
from bridge.raid.alike import MOST, Group, grouped
from bridge.store.books.journal import ENTRY, Journal, opened
from bridge.store.books.outbox import DOUBTED
from bridge.store.engine.tables import decisions, events, outbox, picks


async def waiting(connection: AsyncConnection, seen_at: Micros) -> Sequence[Row[Any]]:
    """The replies to doubtful people that waited at an instant, the least doubtful first, as far as there is
    room; with what opens the messages."""
    query: Select[Any] = (
        select(*ENTRY, outbox.c.id.label("reply"), outbox.c.price)
        .join(outbox, outbox.c.event == events.c.id)
        .join(decisions, decisions.c.event == events.c.id)
        .where(decisions.c.decided_at <= seen_at, outbox.c.expires_at > seen_at)
        .where(_waited(seen_at), _doubted(seen_at))
        .order_by(func.coalesce(decisions.c.suspicion, 0), events.c.seq)
        .limit(MOST)
    )
    return list((await connection.execute(query)).all())


async def groups(
    connection: AsyncConnection, journal: Journal, seen_at: Micros
) -> tuple[list[Group[EventId]], Mapping[EventId, Event], Sequence[Row[Any]]]:
    """The groups at an instant by their messages; these, opened; and their replies. A text that was erased is
    in no group."""
    rows = await waiting(connection, seen_at)
    found = await opened(connection, journal.keyring, rows)
    texts = {one.id: _text(found[one.id]) for one in rows if one.id in found}
    return grouped(texts), found, rows


async def members(
    connection: AsyncConnection, journal: Journal, named: str, act: EventId
) -> tuple[SenderId, ...]:
    """Who of a group still waits, or was dealt with by this very act, which is under way."""
    name = read_group(named)
    if name is None:
        return ()
    who = await _of(connection, journal, name)
    still = outbox.c.progress == Progress.HELD, DOUBTED
    picked = select(picks.c.reply).where(picks.c.act == act)
    query = select(outbox.c.event, outbox.c.sender).where(or_(and_(*still), outbox.c.id.in_(picked)))
    rows = (await connection.execute(query)).all()
    return tuple(sorted({SenderId(row.sender) for row in rows if row.event in who}))


async def _of(connection: AsyncConnection, journal: Journal, name: GroupName) -> frozenset[EventId]:
    found, _, _ = await groups(connection, journal, name.seen_at)
    return frozenset(one for group in found if group.key == name.key for one in group.members)


def _text(event: Event) -> str:
    return event.what.text if isinstance(event.what, Message) else ""


def _waited(seen_at: Micros) -> ColumnElement[bool]:
    """Whether a reply was held at that instant: it was handed over, or withdrawn, later.

    What its provider has told since says nothing of that.
    """
    withdrawn = and_(outbox.c.progress.in_(WITHDRAWN), outbox.c.settled_at > seen_at)
    return or_(outbox.c.progress == Progress.HELD, outbox.c.attempted_at > seen_at, withdrawn)


def _doubted(seen_at: Micros) -> ColumnElement[bool]:
    """Whether somebody was doubtful then: is so now, or was picked out since."""
    since = select(picks.c.reply).where(picks.c.reply == outbox.c.id, picks.c.at >= seen_at)
    return or_(DOUBTED, since.exists())
