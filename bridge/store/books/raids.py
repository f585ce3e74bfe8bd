"""Raids as they are kept: clusters, members, verdicts, postures. Inside the caller's transaction."""

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import EventId, Micros, Posture, Raid, Stance
from bridge.raid.posture import QUIET
from bridge.reasons import Reason
from bridge.store.engine.tables import events, raids, stances

_FIRST = (
    select(func.max(events.c.place))
    .where(events.c.id >= raids.c.id, events.c.id < raids.c.id + "g")  # a raid is called as its first begins
    .scalar_subquery()
)

_NEWEST = select(raids).order_by(_FIRST.desc().nulls_last(), raids.c.opened_at.desc()).limit(1)


async def newest(connection: AsyncConnection) -> Raid | None:
    """The raid whose first message came last: a clock that was ahead may have dated another one later."""
    row = (await connection.execute(_NEWEST)).first()
    return raid(row) if row else None


async def called(connection: AsyncConnection, id_: str) -> Raid | None:
    """The raid with that id."""
    row = (await connection.execute(select(raids).where(raids.c.id == id_))).first()
    return raid(row) if row else None


async def during(connection: AsyncConnection, at: Micros) -> Raid | None:
    """The raid because of which something was kept back at an instant: see `bridge.saved.stretch`."""
    on = raids.c.opened_at <= at, raids.c.grown_at + QUIET >= at
    query = select(raids).where(*on).order_by(raids.c.opened_at.desc(), raids.c.id).limit(1)
    row = (await connection.execute(query)).first()
    return raid(row) if row else None


async def stance(connection: AsyncConnection) -> Stance | None:
    """The newest change of posture."""
    row = (await connection.execute(select(stances).order_by(stances.c.seq.desc()).limit(1))).first()
    return changed(row) if row else None


def raid(row: Row[tuple[object, ...]]) -> Raid:
    """A raid as it is kept."""
    signs = tuple((kind, Reason.read(reason)) for kind, reason in row.signs)
    return Raid(row.id, row.opened_at, row.grown_at, signs, row.grave, row.ended_at)


def changed(row: Row[tuple[object, ...]]) -> Stance:
    """A change of posture as it is kept."""
    act = EventId(row.act) if row.act else None
    return Stance(Posture(row.posture), row.since, row.reason, row.until, act)
