"""What cards are drawn from, counted in SQL. Looks, changes nothing, opens no sealed byte."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import VERBS, forget, mute_all
from bridge.heart.books import SECOND_THOUGHTS
from bridge.model import (
    COMMITTED,
    HOUR,
    KEPT_BACK,
    LEFT,
    MINUTE,
    Action,
    MicroEuros,
    Micros,
    Progress,
    Raid,
    Verdict,
)
from bridge.raid.posture import AFTERMATH, QUIET, is_open, posture, shielded
from bridge.responses import Responses
from bridge.store.books import exports, ledger, lessons
from bridge.store.books.journal import ENTRY
from bridge.store.books.raids import raid as kept
from bridge.store.books.raids import stance as stance_of
from bridge.store.engine.tables import (
    acts,
    clusters,
    decisions,
    events,
    members,
    mutes,
    outbox,
    raids,
    senders,
    stances,
)
from bridge.store.looks.saved import saved
from bridge.store.looks.waiting import doubted
from bridge.views import ActView, ClusterView, Day, DossierView, RaidView, StanceView

_LOOKS = [verb.name for verb in VERBS.values() if verb.shows]
_QUIET = [*_LOOKS, forget.VERB.name]
"""What is not announced: looks; and that somebody was forgotten, which happens every day."""

_LASTING: Micros = 10 * MINUTE
_BARS = 12
_CHANGES = 20
_BAR: Micros = 5 * MINUTE


async def day_view(connection: AsyncConnection, date: str, begin: Micros, now: Micros) -> Day:
    """The day that began at `begin`, so far."""
    since = decisions.c.decided_at >= begin
    counts = select(func.count(), func.count(decisions.c.sender.distinct()), func.sum(decisions.c.cost))
    messages, heard, cost = (await connection.execute(counts.where(since))).one()
    gone = outbox.c.progress.in_(COMMITTED), outbox.c.attempted_at >= begin
    price = await connection.scalar(select(func.sum(ledger.BOOKED)).where(*gone))
    left = outbox.c.progress.in_(LEFT), outbox.c.attempted_at >= begin
    answered = await connection.scalar(select(func.count()).where(*left))
    silent = select(func.count()).where(since, decisions.c.action != Action.REPLIED)
    return Day(
        date=date,
        messages=messages,
        senders=heard,
        replied=answered or 0,
        silent=await connection.scalar(silent) or 0,
        inbound=int(cost or 0),
        outbound=int(price or 0),
        spark=await spark(connection, now),
        acts=await _acts(connection, begin),
        doubts=await _lasting_doubts(connection, now),
    )


async def _lasting_doubts(connection: AsyncConnection, now: Micros) -> int:
    """Most doubts are settled within two minutes: by a receipt, or by the provider's log."""
    lasting = outbox.c.progress == Progress.IN_DOUBT, outbox.c.attempted_at <= now - _LASTING
    return await connection.scalar(select(func.count()).where(*lasting)) or 0


async def _acts(connection: AsyncConnection, begin: Micros) -> tuple[ActView, ...]:
    """What changed something; what is quiet, and what was refused, is in the journal and not announced."""
    changing = acts.c.outcome == "done", acts.c.verb.not_in(_QUIET), acts.c.at >= begin
    query = select(acts.c.event, acts.c.actor, acts.c.told).where(*changing).order_by(acts.c.at, acts.c.event)
    return tuple(ActView(*row) for row in await connection.execute(query))


async def recent_raids(connection: AsyncConnection, since: Micros) -> list[Raid]:
    """The raids that grew after `since`, oldest first."""
    query = select(raids).where(raids.c.grown_at >= since).order_by(raids.c.opened_at, raids.c.id)
    return [kept(row) for row in await connection.execute(query)]


async def raid_view(connection: AsyncConnection, raid: Raid, responses: Responses, now: Micros) -> RaidView:
    """A raid so far, under the rules in force."""
    groups = await _clusters(connection, raid.id)
    who = select(members.c.sender).where(members.c.raid == raid.id).distinct()
    theirs = decisions.c.sender.in_(who), decisions.c.decided_at >= raid.opened_at - HOUR
    written = select(func.count(), func.sum(decisions.c.cost)).where(*theirs)
    messages, cost = (await connection.execute(written)).one()
    withheld, withheld_cost = await _withheld(connection, raid, now)
    stance = await stance_of(connection)
    return RaidView(
        id=raid.id,
        opened_at=raid.opened_at,
        grown_at=raid.grown_at,
        open=is_open(raid, now),
        messages=messages,
        senders=await _count(connection, who),
        muted=await _count(connection, who.where(members.c.sender.in_(_muted(now)))),
        ordinary_before=await _count(connection, who.where(_ordinary_before(raid))),
        inbound=int(cost or 0),
        spent=await _spent(connection, who, raid),
        saved=await saved(connection, raid, responses, now),
        clusters=groups,
        spark=await spark(connection, now),
        loudest=await _loudest(connection, theirs),
        undo=await _undo(connection, raid, now),
        lesson=await lessons.standing(connection, raid.id),
        withheld=withheld,
        withheld_cost=withheld_cost,
        doubted=await doubted(connection),
        false_alarm=raid.ended_at is not None,
        posture=posture(stance, raid, now),
        until=stance.until if stance and shielded(stance, now) else None,
        stances=await _stances(connection, raid),
        dossiers=tuple(DossierView(*one) for one in await exports.made(connection, raid.id)),
    )


async def _withheld(connection: AsyncConnection, raid: Raid, now: Micros) -> tuple[int, MicroEuros]:
    """How many replies a false alarm would release, and what they would cost."""
    welcome = senders.c.stopped_at.is_(None), senders.c.blocked_at.is_(None), ~senders.c.id.in_(_muted(now))
    theirs = select(senders.c.id).where(senders.c.raid == raid.id, *welcome)
    timely = outbox.c.error == KEPT_BACK, outbox.c.expires_at > now + SECOND_THOUGHTS
    query = select(func.count(), func.sum(outbox.c.price)).where(outbox.c.sender.in_(theirs), *timely)
    replies, cost = (await connection.execute(query)).one()
    return replies, int(cost or 0)


async def _stances(connection: AsyncConnection, raid: Raid) -> tuple[StanceView, ...]:
    until = raid.grown_at + QUIET + AFTERMATH
    query = select(stances.c.posture, stances.c.since).where(stances.c.since.between(raid.opened_at, until))
    rows = (await connection.execute(query.order_by(stances.c.seq.desc()).limit(_CHANGES))).all()
    return tuple(StanceView(*row) for row in reversed(rows))


async def spark(connection: AsyncConnection, now: Micros) -> tuple[int, ...]:
    """Messages in each five minutes of the last hour, oldest first."""
    begin = now - _BARS * _BAR
    since = decisions.c.decided_at > begin
    # Counted here and not in SQL: the engines divide integers differently.
    bars = [0] * _BARS
    for decided_at in await connection.scalars(select(decisions.c.decided_at).where(since)):
        bars[min(_BARS - 1, (decided_at - begin) // _BAR)] += 1
    return tuple(bars)


async def _clusters(connection: AsyncConnection, raid: str) -> tuple[ClusterView, ...]:
    """The largest first: in no order of the engine's, which is another one after each change."""
    senders_of = (
        select(func.count())
        .where(members.c.raid == clusters.c.raid, members.c.kind == clusters.c.kind)
        .where(members.c.key == clusters.c.key)
        .scalar_subquery()
    )
    query = select(clusters.c.kind, senders_of, clusters.c.messages).where(clusters.c.raid == raid)
    views = (ClusterView(*row) for row in await connection.execute(query))
    return tuple(sorted(views, key=lambda one: (-one.messages, -one.senders, one.kind)))


async def _spent(connection: AsyncConnection, who: Select[tuple[str]], raid: Raid) -> MicroEuros:
    query = select(func.sum(ledger.BOOKED)).where(
        outbox.c.sender.in_(who), outbox.c.progress.in_(COMMITTED), outbox.c.due_at >= raid.opened_at - HOUR
    )
    return int(await connection.scalar(query) or 0)


async def _count(connection: AsyncConnection, who: Select[tuple[str]]) -> int:
    return await connection.scalar(select(func.count()).select_from(who.subquery())) or 0


def _muted(now: Micros) -> Select[tuple[str]]:
    return select(senders.c.id).where(senders.c.muted_until > now)


def _ordinary_before(raid: Raid) -> ColumnElement[bool]:
    """Whether a member was answered, or judged ordinary, before the raid was seen."""
    met = decisions.c.decided_at < raid.opened_at, decisions.c.verdict == Verdict.ORDINARY
    judged = select(decisions.c.sender).where(decisions.c.sender == members.c.sender, *met)
    gone = outbox.c.progress.in_(LEFT), outbox.c.attempted_at < raid.opened_at
    answered = select(outbox.c.id).where(outbox.c.sender == members.c.sender, *gone)
    return or_(judged.exists(), answered.exists())


async def _loudest(connection: AsyncConnection, theirs: Sequence[ColumnElement[bool]]) -> str | None:
    query = (
        select(senders.c.handle)
        .join(decisions, decisions.c.sender == senders.c.id)
        .where(*theirs)
        .group_by(senders.c.id, senders.c.handle)
        .order_by(func.count().desc(), senders.c.id)
        .limit(1)
    )
    loudest: str | None = await connection.scalar(query)
    return loudest


async def _undo(connection: AsyncConnection, raid: Raid, now: Micros) -> str | None:
    """The newest act on this raid that still keeps somebody muted."""
    query = (
        select(acts.c.event)
        .join(mutes, mutes.c.act == acts.c.event)
        .where(acts.c.verb == mute_all.VERB.name, acts.c.about == raid.id)
        .where(mutes.c.ended_by.is_(None), mutes.c.until > now)
        .order_by(acts.c.at.desc(), acts.c.event)
        .limit(1)
    )
    undo: str | None = await connection.scalar(query)
    return undo


async def sample_entries(connection: AsyncConnection, raid: str, limit: int) -> Sequence[Row[Any]]:
    """Newest messages of a raid's members: what opens them, and the handle."""
    who = select(members.c.sender).where(members.c.raid == raid).distinct()
    query: Select[Any] = (
        select(*ENTRY, senders.c.handle)
        .join(decisions, decisions.c.event == events.c.id)
        .join(senders, senders.c.id == decisions.c.sender)
        .where(decisions.c.sender.in_(who))
        .order_by(decisions.c.decided_at.desc(), events.c.seq.desc())
        .limit(limit)
    )
    return list(await connection.execute(query))
