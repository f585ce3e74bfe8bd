"""How things went over time, for the pictures of the status page: counted as the cards count."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import Subquery, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts.shared import BEYOND
from bridge.model import MINUTE, Micros, Raid, Stance
from bridge.raid.posture import Silence, is_open, turns
from bridge.responses import Responses
from bridge.store.books import ledger
from bridge.store.books.outbox import ANSWERS, PAID
from bridge.store.books.raids import changed
from bridge.store.books.raids import raid as kept
from bridge.store.engine.tables import acts, decisions, members, outbox, pauses, raids, stances
from bridge.store.looks import raids as raids_look
from bridge.store.looks.bars import in_bars
from bridge.store.looks.saved import saved_by
from bridge.views import Course, PastRaid, StanceView, Stretch

_GRAIN: Micros = 15 * MINUTE
"""Counted so finely, put together into bars here: every zone's midnight is on a quarter of an hour."""

_MOST_RAIDS = 12

_COUNTED = tuple(name for name in Stretch.__struct_fields__ if name != "begin")


async def course(connection: AsyncConnection, begins: Sequence[Micros], end: Micros, now: Micros) -> Course:
    """In bars that begin at these instants, the last one until `end`; the posture until `now`."""
    begin = begins[0]
    within = decisions.c.decided_at >= begin, decisions.c.decided_at < end
    left, gone = (
        (which, outbox.c.attempted_at >= begin, outbox.c.attempted_at < end) for which in (ANSWERS, PAID)
    )
    decided, handed_over = decisions.c.decided_at, outbox.c.attempted_at
    theirs = _of_raids(begin, end)
    hostile = await in_bars(connection, theirs.c.decided_at, _GRAIN)
    everything = await in_bars(connection, decided, _GRAIN, *within)
    told = {
        "hostile": hostile,
        "other": everything - hostile,
        "replies": await in_bars(connection, handed_over, _GRAIN, *left),
        "outbound": await in_bars(connection, handed_over, _GRAIN, *gone, what=ledger.BOOKED),
        "inbound": await in_bars(connection, decided, _GRAIN, *within, what=decisions.c.cost),
    }
    until = min(end, now)
    return Course(_bars(begins, told), end, until, await _turns(connection, begin, until))


def _bars(begins: Sequence[Micros], told: Mapping[str, Counter[Micros]]) -> tuple[Stretch, ...]:
    sums: list[Counter[str]] = [Counter() for _ in begins]
    for name, counted in told.items():
        for at, number in counted.items():
            sums[max(0, bisect_right(begins, at) - 1)][name] += number
    return tuple(
        Stretch(begin, *(one[name] for name in _COUNTED)) for begin, one in zip(begins, sums, strict=True)
    )


def _of_raids(begin: Micros, end: Micros) -> Subquery:
    """When each message of a raid was decided that nobody called a false alarm: one of two raids is one."""
    near = select(raids.c.id).where(raids.c.ended_at.is_(None), raids.c.grown_at + BEYOND >= begin)
    who = select(members.c.raid, members.c.sender).where(members.c.raid.in_(near)).distinct().subquery()
    hours = decisions.c.decided_at.between(raids.c.opened_at - BEYOND, raids.c.grown_at + BEYOND)
    theirs = who.join(raids, raids.c.id == who.c.raid)
    theirs = theirs.join(decisions, and_(decisions.c.sender == who.c.sender, hours))
    within = decisions.c.decided_at >= begin, decisions.c.decided_at < end
    written = select(decisions.c.event, decisions.c.decided_at).select_from(theirs)
    return written.where(*within).distinct().subquery()


async def past_raids(
    connection: AsyncConnection, responses: Responses, since: Micros, now: Micros
) -> tuple[PastRaid, ...]:
    """The newest raids that grew after `since`, newest first, each as its card counts it."""
    found = [one for one in await raids_look.recent(connection, _MOST_RAIDS) if one.grown_at >= since]
    seen = await raids_look.figures(connection, found)
    spared = await saved_by(connection, found, responses, now)
    return tuple(
        PastRaid(
            one.id,
            one.opened_at,
            one.grown_at,
            is_open(one, now),
            one.ended_at is not None,
            seen[one.id].messages,
            seen[one.id].senders,
            seen[one.id].spent,
            spared[one.id],
        )
        for one in found
    )


async def _turns(connection: AsyncConnection, begin: Micros, end: Micros) -> tuple[StanceView, ...]:
    told = turns(
        await _stances(connection, begin, end),
        await _raids(connection, begin, end),
        await _silences(connection, begin, end),
        begin,
        end,
    )
    return tuple(StanceView(posture, since) for posture, since in told)


async def _stances(connection: AsyncConnection, begin: Micros, end: Micros) -> list[Stance]:
    """Those of that time, and the one that stood when it began."""
    before = select(func.max(stances.c.seq)).where(stances.c.since <= begin).scalar_subquery()
    since = or_(stances.c.seq == before, and_(stances.c.since > begin, stances.c.since < end))
    rows = await connection.execute(select(stances).where(since).order_by(stances.c.seq))
    return [changed(row) for row in rows]


async def _raids(connection: AsyncConnection, begin: Micros, end: Micros) -> list[Raid]:
    """Likewise."""
    before = select(func.max(raids.c.opened_at)).where(raids.c.opened_at <= begin).scalar_subquery()
    since = or_(raids.c.opened_at == before, and_(raids.c.opened_at > begin, raids.c.opened_at < end))
    rows = await connection.execute(select(raids).where(since).order_by(raids.c.opened_at, raids.c.id))
    return [kept(row) for row in rows]


async def _silences(connection: AsyncConnection, begin: Micros, end: Micros) -> list[Silence]:
    """When the team kept replies back, until somebody took that back or it ended by itself."""
    over = case((acts.c.at < pauses.c.until, acts.c.at), else_=pauses.c.until)
    query = select(pauses.c.since, over).outerjoin(acts, acts.c.event == pauses.c.ended_by)
    rows = await connection.execute(query.where(pauses.c.since < end, pauses.c.until > begin))
    return [(row[0], row[1]) for row in rows]
