"""Looks up what explains a sender or a message: verdict, mute, raid, decision, reply. Changes nothing.

It tells no number and no text, and opens no sealed byte.
"""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.explaining.known import Answered, ByHand, Known, Muting, Taking, Written
from bridge.model import (
    HEARD,
    KEPT_BACK,
    REHEARSED,
    Action,
    EventId,
    Micros,
    Progress,
    Raid,
    Sender,
    SenderId,
    Verdict,
)
from bridge.moderation.targets import ByAddress, ByHandle, read_target
from bridge.noun import replace
from bridge.privacy.pseudonym import event_id
from bridge.raid.posture import is_open
from bridge.store.books import raids
from bridge.store.books import senders as people
from bridge.store.books.outbox import BY_HAND
from bridge.store.engine.dialect import among
from bridge.store.engine.tables import acts, decisions, events, mutes, outbox, phrase_rules, senders
from bridge.store.looks import team
from bridge.store.looks.withheld import releasable

Identify = Callable[[str, str], SenderId]
"""The pseudonym of an address on a channel."""

_BEGINNING = re.compile(r"[0-9a-f]{8,32}")
_SHOWN = 2
"""Messages that are looked for: more than one is one too many."""


async def sender_named(connection: AsyncConnection, written: str, identify: Identify) -> SenderId | None:
    """Who bears a handle, or has written from an address, or was muted there."""
    match read_target(written):
        case ByHandle(handle=handle):
            return await people.by_handle(connection, handle)
        case ByAddress(channel=channel, address=address):
            query = select(senders.c.id).where(senders.c.id == identify(channel, address))
            found = await connection.scalar(query)
            return SenderId(found) if found else None
        case None:
            return None


async def messages_named(
    connection: AsyncConnection, written: str, channels: Collection[str]
) -> list[tuple[EventId, SenderId]]:
    """The messages that go by our id or its beginning, or the provider's: its own, or its reply's."""
    for which in _naming(connection, written, channels):
        query = select(events.c.id, events.c.sender).where(events.c.kind.in_(HEARD), *which)
        found = (await connection.execute(query.order_by(events.c.id).limit(_SHOWN))).all()
        if found:
            return [(EventId(row.id), SenderId(row.sender)) for row in found]
    return []


def _naming(
    connection: AsyncConnection, written: str, channels: Collection[str]
) -> Iterator[Sequence[ColumnElement[bool]]]:
    """What a message may be meant by, one after the other, so that each is looked up in its index."""
    named = [event_id(channel, kind, written) for channel in channels for kind in HEARD]
    yield (among(connection, events.c.id, named),)
    yield (events.c.id.in_(select(outbox.c.event).where(outbox.c.message_id == written)),)
    beginning = written.lower()
    if _BEGINNING.fullmatch(beginning):
        yield events.c.id >= beginning, events.c.id < beginning + "g"  # `g` comes after every digit


async def known(
    connection: AsyncConnection,
    sender: SenderId,
    now: Micros,
    once_per: Callable[[], Micros],
    message: EventId | None = None,
) -> Known:
    """What explains how a sender is treated; and what became of a message of theirs, where one is meant.

    `once_per`: how often the rules in force answer anybody.
    """
    (who,) = await people.find(connection, (sender,))
    muted = await _muted(connection, sender, now)
    raid = await _raid(connection, who)
    paused = await team.load_pauses(connection, now)
    by_hand = await _first(connection, _given(sender))
    hopeless = muted is not None or who.gone or not await _can_end(connection, raid)
    released = () if hopeless else await _released(connection, sender, now, once_per())

    def written(row: Row[Any] | None) -> Written | None:
        return _written(row, paused, released) if row else None

    meant = await _first(connection, MESSAGES.where(events.c.id == message))
    of = await raids.called(connection, meant.raid) if meant is not None and meant.raid else None
    who, raid = await _as_it_was(connection, who, raid, meant)
    return Known(
        handle=who.handle,
        verdict=who.verdict,
        reasons=who.reasons,
        stopped=who.stopped_at is not None,
        blocked=who.blocked_at is not None,
        muted=muted,
        raid=_taking(raid, now) if raid else None,
        newest=written(await _first(connection, *_newest(sender))),
        replied=written(await _first(connection, _replied(sender))),
        message=_of_no_false_alarm(written(meant), of),
        by_hand=None if by_hand is None else _by_hand(by_hand, paused),
    )


async def judgements(
    connection: AsyncConnection, wanted: Collection[SenderId], now: Micros
) -> dict[SenderId, Known]:
    """What each of some senders is taken for, and why."""
    return {
        who.id: Known(who.handle, who.verdict, who.reasons, raid=_taking(raid, now) if raid else None)
        for who in await people.find(connection, wanted)
        for raid in [await _raid(connection, who)]
    }


async def _muted(connection: AsyncConnection, sender: SenderId, now: Micros) -> Muting | None:
    """The mute in force that ends last."""
    standing = mutes.c.sender == sender, mutes.c.ended_by.is_(None), mutes.c.until > now
    rules = mutes.outerjoin(phrase_rules, phrase_rules.c.act == mutes.c.act)
    query = select(mutes.c.until, mutes.c.by, mutes.c.reason, phrase_rules.c.act).select_from(rules)
    query = query.where(*standing).order_by(mutes.c.until.desc(), mutes.c.act).limit(1)
    row = (await connection.execute(query)).first()
    return Muting(row[0], row[1], row[2], row[3] and row[3][:8]) if row else None


async def _raid(connection: AsyncConnection, who: Sender) -> Raid | None:
    return await raids.called(connection, who.raid) if who.raid else None


async def _as_it_was(
    connection: AsyncConnection, who: Sender, newest: Raid | None, message: Row[Any] | None
) -> tuple[Sender, Raid | None]:
    """Where a raid keeps the reply to a message back, it is that one's people whom its sender counts among,
    and not those of a later one."""
    if message is None or not _is_kept_back(message):
        return who, newest
    raid = await raids.during(connection, message.settled_at)
    if raid is None or newest is None or raid.id == newest.id:
        return who, newest
    then = (Verdict.RAIDER, raid.reasons) if raid.ended_at is None else (Verdict.ORDINARY, ())
    return replace(who, verdict=then[0], reasons=then[1], raid=raid.id), raid


def _of_no_false_alarm(message: Written | None, raid: Raid | None) -> Written | None:
    """What was taken for part of a raid that was none belongs to no raid."""
    if message is None or raid is None or raid.ended_at is None:
        return message
    return replace(message, raid=None)


def _is_kept_back(row: Row[Any]) -> bool:
    return bool(row.progress == Progress.CANCELLED and row.error == KEPT_BACK)


async def _can_end(connection: AsyncConnection, raid: Raid | None) -> bool:
    """Whether the raid can still be called a false alarm: only the newest can."""
    newest = await raids.newest(connection)
    return raid is not None and newest is not None and newest.id == raid.id and raid.ended_at is None


def _taking(raid: Raid, now: Micros) -> Taking:
    return Taking(raid.id, is_open(raid, now), raid.ended_at is not None, raid.reasons)


_EVENT = [events.c[name] for name in ("id", "channel", "received_at", "place", "digest")]
_SEEN = ("action", "verdict", "rule", "reasons", "suspicion", "raid", "cost", "decided_at")
_WHAT = ("name", "language", "segments", "price", "progress", "error", "dry")
_WHEN = ("due_at", "attempted_at", "settled_at", "expires_at")
MESSAGES: Select[Any] = (
    select(*_EVENT, senders.c.handle, *(decisions.c[name] for name in _SEEN))
    .add_columns(*(outbox.c[name] for name in (*_WHAT, *_WHEN)))
    .join(senders, senders.c.id == events.c.sender)
    .outerjoin(decisions, decisions.c.event == events.c.id)
    .outerjoin(outbox, outbox.c.event == events.c.id)
    .where(events.c.kind.in_(HEARD))
)
"""Each message with all that became of it, as far as it has come."""


def _newest(sender: SenderId) -> Sequence[Select[Any]]:
    """The sender's newest message: what waits to be decided comes before what is, for each has its index."""
    waiting = MESSAGES.where(events.c.place.is_(None), events.c.sender == sender)
    decided = MESSAGES.where(decisions.c.sender == sender)
    by_age = events.c.seq.desc()
    return waiting.order_by(by_age), decided.order_by(decisions.c.decided_at.desc(), by_age)


def _replied(sender: SenderId) -> Select[Any]:
    return MESSAGES.where(outbox.c.sender == sender).order_by(events.c.seq.desc())


def _given(sender: SenderId) -> Select[Any]:
    """What the team has answered them by hand, the newest first."""
    reply = [outbox.c[name] for name in (*_WHAT, *_WHEN, "channel")]
    query = select(*reply, acts.c.actor, acts.c.at).join(acts, acts.c.event == outbox.c.event)
    return query.where(outbox.c.sender == sender, BY_HAND).order_by(acts.c.at.desc(), outbox.c.id)


async def _first(connection: AsyncConnection, *queries: Select[Any]) -> Row[Any] | None:
    for query in queries:
        row: Row[Any] | None = (await connection.execute(query.limit(1))).first()
        if row is not None:
            return row
    return None


async def _released(
    connection: AsyncConnection, sender: SenderId, now: Micros, once_per: Micros
) -> Collection[str]:
    """The messages whose replies a false alarm would still send."""
    theirs = outbox.c.sender == sender, releasable(now, once_per)
    return set(await connection.scalars(select(outbox.c.event).where(*theirs)))


def _written(row: Row[Any], paused: Collection[str], released: Collection[str]) -> Written:
    if row.action is None:
        return Written(row.received_at)
    return Written(
        row.received_at,
        Action(row.action),
        Verdict(row.verdict),
        row.reasons,
        row.suspicion,
        row.raid,
        _answered(row, paused, timely=row.id in released) if row.progress else None,
    )


def _by_hand(row: Row[Any], paused: Collection[str]) -> ByHand:
    return ByHand(row.actor, row.at, _answered(row, paused, timely=False))


def _answered(row: Row[Any], paused: Collection[str], *, timely: bool) -> Answered:
    return Answered(
        name=row.name,
        channel=row.channel,
        progress=Progress(row.progress),
        due_at=row.due_at,
        sent_at=row.attempted_at or row.settled_at,
        code=row.error,
        kept_back=_is_kept_back(row),
        timely=timely,
        paused=row.channel in paused,
        dry=bool(row.dry),
        rehearsed=row.error == REHEARSED,
    )
