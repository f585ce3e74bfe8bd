"""Counts and sums for `status` and for metrics; looks, changes nothing."""

from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.incidents import is_open
from bridge.model import Incident, MicroEuros, Micros, Progress
from bridge.store import ledger, team
from bridge.store.tables import clusters, events, incidents, members, outbox

_NEWEST = 20


@dataclass(frozen=True, slots=True)
class IncidentCount:
    """How large an incident is."""

    id: str
    open: bool
    messages: int
    senders: int


@dataclass(frozen=True, slots=True)
class Overview:
    """Where things stand; money in micro-euros."""

    replies: dict[Progress, int] = field(default_factory=dict)
    spent: MicroEuros = 0
    reserved: MicroEuros = 0
    inbound: MicroEuros = 0
    total: MicroEuros | None = None
    """Set by hand: counts above the rules file."""
    unfolded: int = 0
    mutes: int = 0
    paused: tuple[str, ...] = ()
    """The channels that the team keeps silent."""
    incidents: tuple[IncidentCount, ...] = ()
    """The newest incidents, newest first."""


async def overview(connection: AsyncConnection, now: Micros) -> Overview:
    """Counts replies by progress, and sums what was spent, what may be, and what receiving cost."""
    by_progress = select(outbox.c.progress, func.count()).group_by(outbox.c.progress)
    rows = (await connection.execute(by_progress)).all()
    purse = await ledger.load(connection, now)
    unfolded = select(func.count()).select_from(events).where(events.c.place.is_(None))
    return Overview(
        replies={Progress(progress): count for progress, count in rows},
        spent=purse.spent,
        reserved=purse.reserved,
        inbound=purse.inbound,
        total=purse.total,
        unfolded=await connection.scalar(unfolded) or 0,
        mutes=len(await team.standing_mutes(connection, now)),
        paused=tuple(await team.load_pauses(connection, now)),
        incidents=await _incidents(connection, now),
    )


async def _incidents(connection: AsyncConnection, now: Micros) -> tuple[IncidentCount, ...]:
    sizes = {
        row.incident: int(row.messages)
        for row in await connection.execute(
            select(clusters.c.incident, func.sum(clusters.c.messages).label("messages")).group_by(
                clusters.c.incident
            )
        )
    }
    who = select(members.c.incident, func.count(members.c.sender.distinct())).group_by(members.c.incident)
    senders = {row[0]: row[1] for row in await connection.execute(who)}
    newest = await connection.execute(select(incidents).order_by(incidents.c.opened_at.desc()).limit(_NEWEST))
    return tuple(
        IncidentCount(row.id, is_open(Incident(*row), now), sizes.get(row.id, 0), senders.get(row.id, 0))
        for row in newest
    )
