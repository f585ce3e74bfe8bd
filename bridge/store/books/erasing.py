"""Forgetting people: their keys are destroyed, and what was written down of them elsewhere goes with it.

The events stay, sealed for ever, so that the chain over them verifies. What stays of a person is the keyed
hash that the events bear, a STOP or a block while it is in force, and a mute until it ends. The replies to
them stay as rows of money: how much, when, by which rule. All of it inside the caller's transaction.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import dossier
from bridge.heart.keeping import Kept, hold_of
from bridge.model import (
    DAY,
    ERASED,
    IN_FLIGHT,
    MINUTE,
    NOTICE,
    Micros,
    Progress,
    SenderId,
    Verdict,
)
from bridge.reasons import Reason, Why
from bridge.responses import Retention
from bridge.store.books import raids as kept_raids
from bridge.store.books import senders as people
from bridge.store.books import sending
from bridge.store.books.keyring import ERASURES
from bridge.store.engine.dialect import among, lock, skip_locked
from bridge.store.engine.tables import (
    acts,
    decisions,
    events,
    facts,
    members,
    mutes,
    outbox,
    raids,
    senders,
    taught,
    threats,
)

TOUCHED = (senders, outbox, decisions, mutes, taught, threats, acts)
"""The tables in which something of a person stood."""

LATE: Micros = 3 * DAY
"""For how long a provider still tells of a reply: as long its id of it is kept, and what it tells."""

PATIENCE: Micros = 2 * MINUTE
"""How long somebody who asked to be forgotten is kept so that they can be told."""


async def due(
    connection: AsyncConnection, retention: Retention, now: Micros, limit: int
) -> Sequence[SenderId]:
    """Whose time is over, and nothing is under way for: the longest silent first. Looks, changes nothing."""
    query = _due(retention, now).order_by(_last_at(), senders.c.id).limit(limit)
    return list(map(SenderId, await connection.scalars(query)))


async def still_due(
    connection: AsyncConnection, who: Collection[SenderId], retention: Retention, now: Micros
) -> Sequence[SenderId]:
    """Those of them whose time is over."""
    query = _due(retention, now).where(among(connection, senders.c.id, who))
    return list(map(SenderId, await connection.scalars(query)))


async def overdue(connection: AsyncConnection, retention: Retention, now: Micros) -> int:
    """How many should have been forgotten by now."""
    query = select(func.count()).select_from(senders).where(_is_over(retention, now))
    return await connection.scalar(query) or 0


async def asked(connection: AsyncConnection, now: Micros) -> Sequence[SenderId]:
    """Who asked to be forgotten, and can be now: told so, unless that takes too long."""
    untold = and_(outbox.c.progress == Progress.HELD, outbox.c.wording == NOTICE)
    waits = and_(senders.c.forget_at > now - PATIENCE, _has_reply(untold))
    query = select(senders.c.id).where(senders.c.forget_at.is_not(None), ~waits, ~_busy(now))
    return list(map(SenderId, await connection.scalars(query.order_by(senders.c.forget_at, senders.c.id))))


async def wish(connection: AsyncConnection, sender: SenderId, now: Micros) -> None:
    """Notes that somebody is to be forgotten as soon as nothing is under way for them."""
    await connection.execute(update(senders).where(senders.c.id == sender).values(forget_at=now))


async def own_wish(connection: AsyncConnection, who: Collection[SenderId]) -> set[SenderId]:
    """Those of them who asked for it themselves: for whom the team did, there is no message that says so."""
    asked = decisions.c.why == Why.ASKS_TO_BE_FORGOTTEN, decisions.c.decided_at == senders.c.forget_at
    query = select(senders.c.id).join(decisions, decisions.c.sender == senders.c.id)
    found = await connection.scalars(query.where(among(connection, senders.c.id, who), *asked))
    return set(map(SenderId, found))


async def is_known(connection: AsyncConnection, sender: SenderId) -> bool:
    """Whether there is anything to erase."""
    query = select(senders.c.id).where(senders.c.id == sender, senders.c.key.is_not(None))
    return await connection.scalar(query) is not None


async def is_busy(connection: AsyncConnection, sender: SenderId, now: Micros) -> bool:
    """Whether a call to a provider is under way for somebody, or something of theirs is not decided yet."""
    query = select(senders.c.id).where(senders.c.id == sender, _busy(now))
    return await connection.scalar(query) is not None


async def held(
    connection: AsyncConnection, sender: SenderId, retention: Retention, now: Micros
) -> Kept | None:
    """The raid that holds somebody's record for longest, if any does."""
    joined = select(members.c.raid).where(members.c.sender == sender)
    judged = select(senders.c.raid).where(senders.c.id == sender)
    query = select(raids).where(or_(raids.c.id.in_(joined), raids.c.id.in_(judged)))
    rows = (await connection.execute(query.order_by(raids.c.id))).all()
    return hold_of(map(kept_raids.raid, rows), retention, now)


async def begin(connection: AsyncConnection) -> None:
    """Keeps the fold, and whoever seals something, out until the transaction ends. Call it first."""
    await lock(connection, "folding")
    query = select(facts.c.value).where(facts.c.name == ERASURES)
    await connection.execute(query.with_for_update() if skip_locked(connection) else query)


async def erase(connection: AsyncConnection, who: Collection[SenderId], now: Micros) -> None:
    """Forgets people. `begin` was called in the same transaction."""
    theirs = sorted(who)
    await sending.withdraw(connection, theirs, now, ERASED)
    await _replies(connection, theirs, now)
    await _traces(connection, theirs, now)
    await _persons(connection, theirs, now)
    more = str(await erased(connection) + len(theirs))
    await connection.execute(update(facts).where(facts.c.name == ERASURES).values(value=more))


async def erased(connection: AsyncConnection) -> int:
    """How many times somebody was forgotten."""
    return int(await connection.scalar(select(facts.c.value).where(facts.c.name == ERASURES)) or 0)


async def _replies(connection: AsyncConnection, theirs: Sequence[SenderId], now: Micros) -> None:
    late = func.coalesce(outbox.c.attempted_at, 0) < now - LATE
    kept = case((late, None), else_=outbox.c.message_id)
    unsent = case((late, None), else_=outbox.c.unsent)
    error = case((outbox.c.progress == Progress.CANCELLED, ERASED), else_=outbox.c.error)
    # What its provider took and could not deliver is known by the provider's id, or else by what it cost.
    failed = and_(late, outbox.c.progress == Progress.FAILED, outbox.c.message_id.is_not(None))
    cost = case((failed, func.coalesce(outbox.c.cost, outbox.c.price)), else_=outbox.c.cost)
    gone = {"text": "", "wording": ERASED, "language": "", "error": error, "cost": cost}
    mine = among(connection, outbox.c.sender, theirs)
    await connection.execute(update(outbox).where(mine).values(gone | {"message_id": kept, "unsent": unsent}))


async def _traces(connection: AsyncConnection, theirs: Sequence[SenderId], now: Micros) -> None:
    """What was learned, decided and said of them: figures count by what stays."""
    of_them = among(connection, decisions.c.sender, theirs)
    written = select(decisions.c.event).where(of_them)
    await connection.execute(delete(taught).where(taught.c.event.in_(written)))
    await connection.execute(delete(threats).where(among(connection, threats.c.sender, theirs)))
    await connection.execute(update(decisions).where(of_them).values(reasons=()))
    muted = among(connection, mutes.c.sender, theirs)
    over = or_(mutes.c.ended_by.is_not(None), mutes.c.until <= now)
    await connection.execute(delete(mutes).where(muted, over))
    await connection.execute(update(mutes).where(muted).values(reason=""))
    await _acts(connection, theirs)


async def _acts(connection: AsyncConnection, theirs: Sequence[SenderId]) -> None:
    """What was done stays, and not to whom; behind the name a time may stand."""
    mine = among(connection, senders.c.id, theirs)
    bearers = select(senders.c.handle).where(mine)
    within = select(senders.c.id).where(mine, acts.c.about.like(senders.c.handle + " %")).exists()
    named = or_(acts.c.about.in_(bearers), and_(acts.c.verb == dossier.VERB.name, within))
    about = select(acts.c.event, acts.c.told).where(named)
    for row in (await connection.execute(about)).all():
        data = tuple((name, "-" if name == "about" else datum) for name, datum in row.told.data)
        nameless = {"about": "-", "told": Reason(row.told.code, data)}
        await connection.execute(update(acts).where(acts.c.event == row.event).values(nameless))


async def _persons(connection: AsyncConnection, theirs: Sequence[SenderId], now: Micros) -> None:
    mine = among(connection, senders.c.id, theirs)
    gone = {
        **dict.fromkeys(("key", "address", "handle", "wrapped_by", "first_at", "last_at", "met_at")),
        **dict.fromkeys(("forget_at", "raid")),
        "messages": 0,
        "verdict": Verdict.ORDINARY,
        "reasons": (),
        "muted_until": case((senders.c.muted_until > now, senders.c.muted_until), else_=None),
        "erased_at": now,
    }
    await connection.execute(update(senders).where(mine).values(gone))
    muted = await connection.scalars(select(senders.c.id).where(mine, senders.c.muted_until > now))
    for one, handle in (await people.give_handles(connection, list(map(SenderId, muted)))).items():
        # Whoever is muted still can be named, so that the mute can be ended.
        await connection.execute(update(senders).where(senders.c.id == one).values(handle=handle))


def _due(retention: Retention, now: Micros) -> Select[Any]:
    waits = _has_reply(outbox.c.progress == Progress.HELD)
    return select(senders.c.id).where(_is_over(retention, now), ~waits, ~_busy(now))


def _last_at() -> ColumnElement[Micros]:
    """When somebody was last heard of: what only a provider tells of them is no word of theirs."""
    return func.coalesce(senders.c.last_at, senders.c.met_at, 0)


def _is_over(retention: Retention, now: Micros) -> ColumnElement[bool]:
    """Whether what is kept of somebody has been kept for long enough."""
    stranger = and_(senders.c.last_at.is_(None), senders.c.erased_at.is_not(None))
    silent = or_(_last_at() <= now - retention.ordinary, and_(stranger, _last_at() <= now - LATE))
    return and_(senders.c.key.is_not(None), silent, ~_of_the_team(), ~_is_held(retention, now))


def _is_held(retention: Retention, now: Micros) -> ColumnElement[bool]:
    """As `hold_of` says it."""
    named = raids.c.id.in_(retention.held)
    lasting = and_(raids.c.ended_at.is_(None), raids.c.grown_at > now - retention.raid)
    holding = select(raids.c.id).where(or_(named, lasting))
    joined = select(members.c.sender).where(members.c.raid.in_(holding))
    return or_(and_(senders.c.raid.is_not(None), senders.c.raid.in_(holding)), senders.c.id.in_(joined))


def _of_the_team() -> ColumnElement[bool]:
    """Whether somebody has acted: what the team did is kept."""
    did = select(events.c.sender).join(acts, acts.c.event == events.c.id)
    return senders.c.id.in_(did)


def _busy(now: Micros) -> ColumnElement[bool]:
    """Whether a provider may yet tell of a reply that is under way, or something waits for a decision."""
    calling = and_(outbox.c.progress.in_(IN_FLIGHT), outbox.c.attempted_at > now - DAY)
    return or_(_has_reply(calling), _unfolded())


def _has_reply(such: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(outbox.c.id).where(outbox.c.sender == senders.c.id, such).exists()


def _unfolded() -> ColumnElement[bool]:
    """Whether something of theirs is not folded yet."""
    return senders.c.id.in_(select(events.c.sender).where(events.c.place.is_(None)))
