"""What the team did and sees: acts, mutes, pauses, raids. Inside the caller's transaction."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import EventId, Micros, SenderId
from bridge.noun import Noun
from bridge.reasons import Reason
from bridge.store.engine.tables import acts, mutes, pauses, senders


async def load_pauses(connection: AsyncConnection, now: Micros) -> dict[str, Micros]:
    """Until when each channel is silent."""
    query = select(pauses.c.channel, func.max(pauses.c.until)).where(*_standing(pauses.c, now))
    rows = await connection.execute(query.group_by(pauses.c.channel))
    return {row[0]: row[1] for row in rows}


async def outcome(connection: AsyncConnection, act: EventId) -> tuple[str, Reason] | None:
    """The outcome, and what the actor is told, once the act is decided."""
    row = (await connection.execute(select(acts.c.outcome, acts.c.told).where(acts.c.event == act))).first()
    return (row[0], row[1]) if row else None


async def count_acts(connection: AsyncConnection, actor: str, verb: str, since: Micros) -> int:
    """How often somebody did this, or tried to, after `since`."""
    theirs = acts.c.actor == actor, acts.c.verb == verb, acts.c.at > since
    return await connection.scalar(select(func.count()).where(*theirs)) or 0


class Muted(Noun):
    """A mute in force, as it is listed."""

    act: EventId
    sender: SenderId
    handle: str
    by: str
    reason: str
    until: Micros


async def standing_mutes(connection: AsyncConnection, now: Micros) -> list[Muted]:
    """The mutes in force, the newest first; of several of one sender the one that lasts longest."""
    query = (
        select(mutes.c.act, mutes.c.sender, senders.c.handle, mutes.c.by, mutes.c.reason, mutes.c.until)
        .join(senders, senders.c.id == mutes.c.sender)
        .where(*_standing(mutes.c, now))
        .order_by(mutes.c.since.desc(), senders.c.id)  # of ids every collation thinks alike
    )
    found = [Muted(*row) for row in await connection.execute(query)]
    longest = {one.sender: one for one in sorted(found, key=lambda one: one.until)}
    return [one for one in found if longest[one.sender] is one]


def _standing(columns: object, now: Micros) -> tuple[ColumnElement[bool], ...]:
    return columns.ended_by.is_(None), columns.until > now  # type: ignore[attr-defined]
