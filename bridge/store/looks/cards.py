"""What cards are drawn from, counted in SQL. Looks, changes nothing, opens no sealed byte."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Row, ScalarSelect, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge import pot
from bridge.days import SET_BACK
from bridge.heart.acts import VERBS, answer_one, forget, mute, mute_all, shield, unmute, unshield
from bridge.heart.acts.shared import stretch
from bridge.model import (
    DAY,
    HOUR,
    LEFT,
    MINUTE,
    UNSETTLED,
    MicroEuros,
    Micros,
    Posture,
    Progress,
    Raid,
    Verdict,
)
from bridge.raid.posture import AFTERMATH, QUIET, is_open, posture, shielded
from bridge.responses import Responses
from bridge.store.books import exports, ledger, lessons
from bridge.store.books.journal import ENTRY
from bridge.store.books.outbox import ANSWERS, PAID
from bridge.store.books.raids import newest
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
from bridge.store.looks import raids as raids_look
from bridge.store.looks.ending import ending
from bridge.store.looks.people import pace, served
from bridge.store.looks.saved import saved
from bridge.store.looks.team import load_pauses
from bridge.store.looks.waiting import doubted, waiting
from bridge.store.looks.withheld import releasable
from bridge.views import ActView, ClusterView, Day, DossierView, Ending, Night, RaidView, StanceView

_LOOKS = [verb.name for verb in VERBS.values() if verb.shows]
_UNSAID = [*_LOOKS, forget.VERB.name]
"""What is not announced: looks; and that somebody was forgotten, which happens every day."""
_NOBODYS = {verb.name for verb in VERBS.values() if not verb.right.of_people}
_ON_MEMBERS = (mute.VERB.name, unmute.VERB.name)
_ON_GUARD = (shield.VERB.name, unshield.VERB.name)
REMEMBERED: Micros = DAY // 2
"""How long after it last grew a raid's card is still kept up to date."""

_LASTING: Micros = 10 * MINUTE
_BARS = 12
_CHANGES = 20
_BAR: Micros = 5 * MINUTE


async def day_view(connection: AsyncConnection, date: str, begin: Micros, now: Micros) -> Day:
    """The day that began at `begin`, so far; not what a clock that was set back since dated later."""
    until = now + SET_BACK
    since = decisions.c.decided_at.between(begin, until)
    counts = select(
        func.count(), func.count(decisions.c.sender.distinct()), func.sum(decisions.c.cost), raids_look.CALLS
    )
    messages, heard, cost, calls = (await connection.execute(counts.where(since))).one()
    gone = PAID, outbox.c.attempted_at.between(begin, until)
    price = await connection.scalar(select(func.sum(ledger.BOOKED)).where(*gone))
    left = ANSWERS, outbox.c.attempted_at.between(begin, until)
    answered = await connection.scalar(select(func.count()).where(*left))
    silent = await connection.scalar(select(func.count()).where(since, _unanswered())) or 0
    return Day(
        date=date,
        messages=messages,
        senders=heard,
        replied=answered or 0,
        silent=silent - await _answered_by_hand(connection, begin, since),
        calls=int(calls or 0),
        inbound=int(cost or 0),
        outbound=int(price or 0),
        spark=await spark(connection, now),
        acts=await acts_of_no_raid(connection, begin, now),
        doubts=await _lasting_doubts(connection, now),
    )


def _unanswered() -> ColumnElement[bool]:
    """Whether no reply to a message has left, and none waits or is under way."""
    theirs = outbox.c.event == decisions.c.event, outbox.c.progress.in_((*LEFT, *UNSETTLED))
    return ~select(outbox.c.id).where(*theirs).exists()


async def _answered_by_hand(connection: AsyncConnection, begin: Micros, since: ColumnElement[bool]) -> int:
    """Those of some messages that nothing but an answer of the team's has left for, or waits: it answers what
    its recipient had written last."""
    later = decisions.alias("later")
    between = later.c.decided_at > decisions.c.decided_at, later.c.decided_at <= acts.c.at, _is_said(later)
    newest = ~select(later.c.event).where(later.c.sender == decisions.c.sender, *between).exists()
    query = (
        select(func.count(decisions.c.event.distinct()))
        .join_from(acts, answer := outbox.alias("answer"), answer.c.event == acts.c.event)
        .join(decisions, decisions.c.sender == answer.c.sender)
        .where(acts.c.verb == answer_one.VERB.name, acts.c.at >= begin, acts.c.at >= decisions.c.decided_at)
        .where(answer.c.progress.in_((*LEFT, *UNSETTLED)), newest, since, _is_said(decisions), _unanswered())
    )
    return await connection.scalar(query) or 0


def _is_said(one: FromClause) -> ColumnElement[bool]:
    """Whether it is no change of an earlier text, which nobody answers."""
    return func.coalesce(one.c.form, "") != "edit"


async def acts_of_no_raid(connection: AsyncConnection, since: Micros, now: Micros) -> tuple[ActView, ...]:
    """What the team did since an instant that no raid's thread tells."""
    return await _acts(connection, since, acts.c.at <= now + SET_BACK, _on_no_raid())


async def _lasting_doubts(connection: AsyncConnection, now: Micros) -> int:
    """Most doubts are settled within two minutes: by a receipt, or by the provider's log."""
    lasting = outbox.c.progress == Progress.IN_DOUBT, outbox.c.attempted_at <= now - _LASTING
    return await connection.scalar(select(func.count()).where(*lasting)) or 0


async def _acts(
    connection: AsyncConnection, begin: Micros, *which: ColumnElement[bool]
) -> tuple[ActView, ...]:
    """What changed something; what is unsaid, and what was refused, is in the journal and not announced."""
    changing = acts.c.outcome == "done", acts.c.verb.not_in(_UNSAID), acts.c.at >= begin, *which
    query = select(acts.c.event, acts.c.actor, acts.c.told, acts.c.verb).where(*changing)
    rows = await connection.execute(query.order_by(acts.c.at, acts.c.event))
    return tuple(ActView(row.event, "" if row.verb in _NOBODYS else row.actor, row.told) for row in rows)


def _on_raid(raid: Any, begin: Any, end: Any) -> ColumnElement[bool]:
    """What a raid's thread tells: acts about it, and those that take such an act back; and in its hours mutes
    of its members, and shields. `begin` and `end` are its first and its last instant.
    """
    about = acts.alias("about")
    taken_back = select(about.c.event).where(about.c.about == raid)
    its = select(senders.c.handle).join(members, members.c.sender == senders.c.id)
    meanwhile = acts.c.at.between(begin, end)
    return or_(
        acts.c.about == raid,
        acts.c.about.in_(taken_back),
        and_(acts.c.verb.in_(_ON_MEMBERS), meanwhile, acts.c.about.in_(its.where(members.c.raid == raid))),
        and_(acts.c.verb.in_(_ON_GUARD), meanwhile),
    )


@cache
def _on_no_raid() -> ColumnElement[bool]:
    """What no raid's thread tells: the day's does."""
    theirs = _on_raid(raids.c.id, raids.c.opened_at, raids.c.grown_at + QUIET)
    return ~select(raids.c.id).where(theirs, acts.c.at <= raids.c.grown_at + REMEMBERED).exists()


async def recent_raids(connection: AsyncConnection, since: Micros) -> list[Raid]:
    """The raids that grew after `since`, oldest first."""
    query = select(raids).where(raids.c.grown_at >= since).order_by(raids.c.opened_at, raids.c.id)
    return [kept(row) for row in await connection.execute(query)]


async def raid_view(
    connection: AsyncConnection, raid: Raid, responses: Responses, now: Micros, known: Ending | None = None
) -> RaidView:
    """A raid so far, under the rules in force; `known`: its end, where it was counted a moment ago."""
    who = select(members.c.sender).where(members.c.raid == raid.id).distinct()
    seen = (await raids_look.figures(connection, [raid]))[raid.id]
    withheld, withheld_cost = await _withheld(connection, raid, responses, now)
    talker = next((handle for handle, _ in await loudest(connection, raid, 1)), None)
    stance, goes_on, last = await stance_of(connection), is_open(raid, now), await newest(connection)
    silent = await load_pauses(connection, now)
    return RaidView(
        id=raid.id,
        opened_at=raid.opened_at,
        grown_at=raid.grown_at,
        open=goes_on,
        messages=seen.messages,
        senders=seen.senders,
        members=seen.members,
        calls=seen.calls,
        muted=await _count(connection, who.where(members.c.sender.in_(_muted(now)))),
        ordinary_before=await _count(connection, who.where(_ordinary_before(raid))),
        inbound=seen.inbound,
        spent=seen.spent,
        saved=await saved(connection, raid, responses, now),
        clusters=await _clusters(connection, raid.id),
        spark=await spark(connection, now),
        loudest=talker,
        loudest_muted=talker and await _muted_by(connection, talker, now),
        undo=await _undo(connection, raid, now),
        lesson=await lessons.standing(connection, raid.id),
        withheld=withheld,
        withheld_cost=withheld_cost,
        doubted=await doubted(connection),
        false_alarm=raid.ended_at is not None,
        newest=last is None or last.id == raid.id,
        posture=Posture.PAUSED if silent else posture(stance, raid, now),
        until=stance.until if stance and shielded(stance, now) else None,
        stances=await _stances(connection, raid),
        dossiers=tuple(DossierView(*one) for one in await exports.made(connection, raid.id)),
        growth=await raids_look.growth(connection, raid, now),
        ending=None if goes_on else known or await ending(connection, raid, now),
        acts=await _acts(
            connection, raid.opened_at, _on_raid(raid.id, raid.opened_at, raid.grown_at + QUIET)
        ),
    )


async def night(connection: AsyncConnection, responses: Responses, now: Micros) -> Night:
    """Money and people, as they are asked about at three in the morning."""
    purse = await ledger.load(connection, now)
    lasts = pot.runway(purse, responses, await pace(connection, now - HOUR, now))
    late = await waiting(connection, now)
    limited = pot.keeps_waiting(purse, responses, late)
    left = pot.left(purse, responses)
    return Night(left, lasts, await served(connection, now - HOUR, now), late, limited)


async def _withheld(
    connection: AsyncConnection, raid: Raid, responses: Responses, now: Micros
) -> tuple[int, MicroEuros]:
    """How many replies a false alarm would release, and what they would cost."""
    welcome = senders.c.stopped_at.is_(None), senders.c.blocked_at.is_(None), ~senders.c.id.in_(_muted(now))
    theirs = select(senders.c.id).where(senders.c.raid == raid.id, *welcome)
    query = select(func.count(), func.sum(outbox.c.price)).where(outbox.c.sender.in_(theirs))
    query = query.where(releasable(now, responses.reply_once_per))
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
    since = decisions.c.decided_at.between(begin + 1, now + SET_BACK)
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
    query = select(clusters.c.kind, senders_of, clusters.c.messages, _flooder()).where(
        clusters.c.raid == raid
    )
    views = (ClusterView(*row) for row in await connection.execute(query))
    return tuple(sorted(views, key=lambda one: (-one.messages, -one.senders, one.kind)))


@cache
def _flooder() -> ScalarSelect[str]:
    """Whose flood a cluster is."""
    return (
        select(func.min(senders.c.handle))
        .join(members, members.c.sender == senders.c.id)
        .where(members.c.raid == clusters.c.raid, members.c.kind == clusters.c.kind)
        .where(members.c.key == clusters.c.key, members.c.kind == "flood")
        .scalar_subquery()
    )


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


async def loudest(connection: AsyncConnection, raid: Raid, most: int) -> list[tuple[str, int]]:
    """The handles of the members who wrote most, with how much."""
    who = select(members.c.sender).where(members.c.raid == raid.id)
    query = (
        select(senders.c.handle, func.count())
        .join(decisions, decisions.c.sender == senders.c.id)
        .where(decisions.c.sender.in_(who), decisions.c.decided_at.between(*stretch(raid)))
        .group_by(senders.c.id, senders.c.handle)
        .order_by(func.count().desc(), senders.c.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in await connection.execute(query)]


async def _muted_by(connection: AsyncConnection, handle: str, now: Micros) -> str | None:
    """The act that alone keeps somebody muted, and muted nobody else; empty where it takes more than that."""
    query = (
        select(mutes.c.act, acts.c.verb)
        .join(acts, acts.c.event == mutes.c.act)
        .join(senders, senders.c.id == mutes.c.sender)
        .where(senders.c.handle == handle, mutes.c.ended_by.is_(None), mutes.c.until > now)
    )
    found = [tuple(row) for row in await connection.execute(query)]
    if not found:
        return None
    alone = len(found) == 1 and found[0][1] == mute.VERB.name
    return str(found[0][0]) if alone else ""


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
