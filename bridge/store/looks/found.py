"""Where texts are looked for, page by page; and how those who wrote them fared. Opens no sealed byte."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import hold_found, mute, mute_found, rule_hold, rule_mute
from bridge.model import LEFT, EventId, MicroEuros, Micros, Progress, SenderId, Verdict
from bridge.noun import Noun
from bridge.store.books import ledger
from bridge.store.books.journal import ENTRY
from bridge.store.books.outbox import BY_HAND
from bridge.store.engine.dialect import among
from bridge.store.engine.tables import acts, decisions, delays, events, mutes, outbox, phrase_rules, senders
from bridge.views import Chosen

_NEWEST = 3
"""Acts that a list offers to undo."""

_UNDOABLE = [one.VERB.name for one in (mute, mute_found, hold_found, rule_mute, rule_hold)]


class Stretch(Noun):
    """Messages that were decided within some time, and before an event had its place."""

    since: Micros
    place: int


Reached = tuple[Micros, int]
"""How far a look has come: the instant and the place of the message that was looked at last."""


async def count(connection: AsyncConnection, stretch: Stretch) -> int:
    """How many there are."""
    query = select(func.count()).select_from(_MESSAGES).where(*_within(stretch))
    return await connection.scalar(query) or 0


async def page(
    connection: AsyncConnection, stretch: Stretch, reached: Reached | None, limit: int
) -> Sequence[Row[Any]]:
    """The next of them, the newest first; with what opens each."""
    query: Select[Any] = (
        select(*ENTRY, events.c.place, decisions.c.decided_at, senders.c.key)
        .select_from(_MESSAGES)
        .where(*_within(stretch), *(_before(reached) if reached else ()))
        .order_by(decisions.c.decided_at.desc(), events.c.place.desc())
        .limit(limit)
    )
    return list((await connection.execute(query)).all())


_MESSAGES = decisions.join(events, events.c.id == decisions.c.event).join(
    senders, senders.c.id == events.c.sender
)


def _within(stretch: Stretch) -> tuple[ColumnElement[bool], ...]:
    return decisions.c.decided_at >= stretch.since, events.c.place < stretch.place


def _before(reached: Reached) -> tuple[ColumnElement[bool], ...]:
    """The first tells the index where to go on: without it, each page would begin at the newest message."""
    at, place = reached
    same = and_(decisions.c.decided_at == at, events.c.place < place)
    return decisions.c.decided_at <= at, or_(decisions.c.decided_at < at, same)


class Fared(Noun):
    """How those fared whose texts hold what is looked for."""

    known: int
    """How many were answered, or judged ordinary, before they wrote it."""
    muted: int
    waiting: int
    """Replies that are held for them."""
    waiting_cost: MicroEuros


async def fared(connection: AsyncConnection, first: Mapping[SenderId, Micros], now: Micros) -> Fared:
    """How some people fared; `first`: when each of them wrote it first."""
    seen = await _earliest(connection, first, decisions.c.sender, decisions.c.decided_at, _ORDINARY)
    left = await _earliest(connection, first, outbox.c.sender, outbox.c.attempted_at, _LEFT)
    known = sum(
        one in left or seen.get(one, wrote) < wrote for one, wrote in first.items()
    )  # whoever was answered is no stranger, whenever it was
    mine = among(connection, senders.c.id, first)
    muted = await connection.scalar(select(func.count()).where(mine, senders.c.muted_until > now))
    held = among(connection, outbox.c.sender, first), outbox.c.progress == Progress.HELD
    query = select(func.count(), func.sum(outbox.c.price)).where(*held)
    waiting, cost = (await connection.execute(query)).one()
    return Fared(known, muted or 0, waiting, int(cost or 0))


_ORDINARY = decisions.c.verdict == Verdict.ORDINARY
_LEFT = outbox.c.progress.in_(LEFT)


async def _earliest(
    connection: AsyncConnection,
    wanted: Collection[SenderId],
    who: ColumnElement[Any],
    when: ColumnElement[Any],
    which: ColumnElement[bool],
) -> dict[str, Micros]:
    query = select(who, func.min(when)).where(among(connection, who, wanted), which).group_by(who)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def paid(
    connection: AsyncConnection, wanted: Collection[SenderId], since: Micros
) -> tuple[int, MicroEuros]:
    """The people among some who were answered since an instant, and what that cost."""
    left = among(connection, outbox.c.sender, wanted), _LEFT, outbox.c.attempted_at >= since
    query = select(func.count(outbox.c.sender.distinct()), func.sum(ledger.BOOKED)).where(*left)
    people, cost = (await connection.execute(query)).one()
    return people, int(cost or 0)


async def pseudonyms(connection: AsyncConnection, handles: Collection[str]) -> frozenset[SenderId]:
    """Who bear some handles."""
    query = select(senders.c.id).where(among(connection, senders.c.handle, handles))
    return frozenset(map(SenderId, await connection.scalars(query)))


async def entries(connection: AsyncConnection, wanted: Collection[EventId]) -> Sequence[Row[Any]]:
    """Some messages, the newest first: what opens each, and how its sender is called and muted."""
    query: Select[Any] = (
        select(*ENTRY, senders.c.handle, senders.c.muted_until)
        .join(senders, senders.c.id == events.c.sender)
        .where(among(connection, events.c.id, wanted))
        .order_by(events.c.place.desc())
    )
    return list((await connection.execute(query)).all())


async def undoable(connection: AsyncConnection, now: Micros) -> list[Chosen]:
    """The newest acts on what was found that still do something."""
    muting = select(mutes.c.act).where(mutes.c.ended_by.is_(None), mutes.c.until > now)
    held = select(delays.c.act).join(outbox, outbox.c.id == delays.c.reply)
    held = held.where(delays.c.ended_by.is_(None), outbox.c.progress == Progress.HELD)
    ruling = select(phrase_rules.c.act).where(phrase_rules.c.ended_by.is_(None), phrase_rules.c.until > now)
    standing = or_(*(acts.c.event.in_(one) for one in (muting, held, ruling)))
    query = select(acts.c.event, acts.c.told).where(acts.c.verb.in_(_UNDOABLE), standing)
    order = acts.c.at.desc(), acts.c.event
    return [Chosen(*row) for row in await connection.execute(query.order_by(*order).limit(_NEWEST))]


async def answered_by_hand(
    connection: AsyncConnection, wanted: Collection[SenderId]
) -> dict[SenderId, EventId]:
    """The act by which each is answered by hand, where that has not left yet."""
    waits = outbox.c.progress == Progress.HELD, BY_HAND
    query = select(outbox.c.sender, outbox.c.event).where(among(connection, outbox.c.sender, wanted), *waits)
    return {SenderId(row.sender): EventId(row.event) for row in await connection.execute(query)}


async def caught(connection: AsyncConnection) -> dict[EventId, int]:
    """How many people each rule has caught, and nobody has let go."""
    rules = select(phrase_rules.c.act)
    muted = select(mutes.c.act, mutes.c.sender).where(mutes.c.act.in_(rules), mutes.c.ended_by.is_(None))
    held = select(delays.c.act, outbox.c.sender).join(outbox, outbox.c.id == delays.c.reply)
    held = held.where(delays.c.act.in_(rules), delays.c.ended_by.is_(None))
    who = muted.union(held).subquery()
    counts = await connection.execute(select(who.c.act, func.count()).group_by(who.c.act))
    return {EventId(row[0]): row[1] for row in counts}
