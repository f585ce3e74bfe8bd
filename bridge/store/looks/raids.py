"""How large raids are and what they cost: one query for card, `status`, metrics, report and demo.

A raid's messages are what its members wrote from an hour before it was seen until an hour after it last
grew; its costs are what receiving those messages cost, and what replies to them did. docs/figures.md says the
same for whoever quotes a figure.
"""

from collections.abc import Sequence

from sqlalchemy import Row, Subquery, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts.shared import BEYOND
from bridge.model import MINUTE, MicroEuros, Micros, Raid
from bridge.noun import Noun
from bridge.raid.posture import is_open
from bridge.responses import Responses
from bridge.store.books import ledger
from bridge.store.books.outbox import PAID
from bridge.store.books.raids import raid as kept
from bridge.store.engine.tables import decisions, members, outbox, raids
from bridge.store.looks.overview import RaidCount
from bridge.store.looks.saved import saved_by
from bridge.views import Growth
from bridge.wording.raid_names import is_called, raid_name

NEWEST = 20
"""Raids that a list shows."""

CALLS = func.sum(case((decisions.c.form == "call", 1), else_=0))
"""How many of some messages were calls."""

_PACE: Micros = 10 * MINUTE


class Figures(Noun):
    """What is counted of one raid; money is micro-euros."""

    messages: int = 0
    senders: int = 0
    """Its members who wrote those."""
    members: int = 0
    """Whom it gathered: some by what they had written long before."""
    inbound: MicroEuros = 0
    """What receiving the messages cost."""
    spent: MicroEuros = 0
    """What replies to them cost, or may still."""
    calls: int = 0
    """How many of the messages were calls."""


async def figures(connection: AsyncConnection, several: Sequence[Raid]) -> dict[str, Figures]:
    """What is counted of each of these raids, by id, in one look at all of them."""
    ids = [one.id for one in several]
    who = select(members.c.raid, members.c.sender).where(members.c.raid.in_(ids)).distinct().subquery()
    people = select(who.c.raid, func.count()).group_by(who.c.raid)
    gathered = {row[0]: row[1] for row in await connection.execute(people)}
    counted = {row.raid: row for row in await _written(connection, who)}
    return {one: _figures(gathered.get(one, 0), counted.get(one)) for one in ids}


async def newest(
    connection: AsyncConnection, responses: Responses, now: Micros, most: int = NEWEST
) -> tuple[tuple[RaidCount, ...], int]:
    """The newest raids, newest first, and how many are left out."""
    found = await recent(connection, most)
    seen, spared = await figures(connection, found), await saved_by(connection, found, responses, now)
    count = await connection.scalar(select(func.count()).select_from(raids)) or 0
    counted = (_count(one, seen[one.id], spared[one.id], now) for one in found)
    return tuple(counted), count - len(found)


async def called(connection: AsyncConnection, written: str) -> list[Raid]:
    """The raids that somebody may mean who writes an id or a name, newest first."""
    query = select(raids).order_by(raids.c.opened_at.desc(), raids.c.id)
    return [one for row in await connection.execute(query) if is_called((one := kept(row)).id, written)]


async def recent(connection: AsyncConnection, most: int) -> list[Raid]:
    """The newest raids, newest first."""
    order = raids.c.opened_at.desc(), raids.c.id
    return [kept(row) for row in await connection.execute(select(raids).order_by(*order).limit(most))]


async def growth(connection: AsyncConnection, raid: Raid, now: Micros) -> Growth:
    """How many messages its members wrote in the last ten minutes, and in the ten before."""
    who = select(members.c.sender).where(members.c.raid == raid.id)
    lately = decisions.c.decided_at > now - 2 * _PACE, decisions.c.decided_at <= now
    recent = func.sum(case((decisions.c.decided_at > now - _PACE, 1), else_=0))
    query = select(recent, func.count()).where(decisions.c.sender.in_(who), *lately)
    newest_ones, both = (await connection.execute(query)).one()
    return Growth(int(newest_ones or 0), both - int(newest_ones or 0))


async def _written(
    connection: AsyncConnection, who: Subquery
) -> Sequence[Row[tuple[str, int, int, int, int, int]]]:
    """Messages, by how many, what receiving them cost, and what replies to them cost, or may still."""
    within = decisions.c.decided_at.between(raids.c.opened_at - BEYOND, raids.c.grown_at + BEYOND)
    theirs = (
        who.join(raids, raids.c.id == who.c.raid)
        .join(decisions, and_(decisions.c.sender == who.c.sender, within))
        .outerjoin(outbox, and_(outbox.c.event == decisions.c.event, PAID))
    )
    counted = (
        func.count().label("messages"),
        func.count(decisions.c.sender.distinct()).label("senders"),
        func.sum(decisions.c.cost).label("inbound"),
        func.sum(ledger.BOOKED).label("spent"),
        CALLS.label("calls"),
    )
    query = select(who.c.raid, *counted).select_from(theirs).group_by(who.c.raid)
    return (await connection.execute(query)).all()


def _figures(gathered: int, row: Row[tuple[str, int, int, int, int, int]] | None) -> Figures:
    if row is None:
        return Figures(members=gathered)
    costs = int(row.inbound or 0), int(row.spent or 0)
    return Figures(row.messages, row.senders, gathered, *costs, int(row.calls or 0))


def _count(raid: Raid, seen: Figures, spared: MicroEuros, now: Micros) -> RaidCount:
    name = raid_name(raid.id, "en")
    called_off = raid.ended_at is not None
    counts = seen.messages, seen.senders, spared, seen.calls
    return RaidCount(raid.id, name, is_open(raid, now), *counts, false_alarm=called_off)
