"""What the team did and sees: acts, mutes, pauses, raids. Inside the caller's transaction."""

from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.effects import BeginMute, BeginPause, EndMute, EndPause
from bridge.model import Done, EventId, Micros, SenderId
from bridge.store.tables import acts, mutes, pauses, senders


async def load_pauses(connection: AsyncConnection, now: Micros) -> dict[str, Micros]:
    """Until when each channel is silent."""
    query = select(pauses.c.channel, func.max(pauses.c.until)).where(*_standing(pauses.c, now))
    rows = await connection.execute(query.group_by(pauses.c.channel))
    return {row[0]: row[1] for row in rows}


async def muted_by(connection: AsyncConnection, act: str) -> tuple[SenderId, ...]:
    """Whom an act muted, and who still is because of it."""
    query = select(mutes.c.sender).where(mutes.c.act == act, mutes.c.ended_by.is_(None))
    return tuple(SenderId(sender) for sender in await connection.scalars(query.order_by(mutes.c.sender)))


async def begin_mute(connection: AsyncConnection, effect: BeginMute) -> None:
    """Lists a mute."""
    await connection.execute(mutes.insert().values(**asdict(effect.mute)))


async def end_mute(connection: AsyncConnection, effect: EndMute) -> None:
    """Closes a sender's open mutes."""
    mine = mutes.c.sender == effect.sender, mutes.c.ended_by.is_(None)
    await connection.execute(update(mutes).where(*mine).values(ended_by=effect.act))


async def begin_pause(connection: AsyncConnection, effect: BeginPause) -> None:
    """Lists a pause; an older one of the channel ends with it."""
    await end_pause(connection, EndPause(effect.pause.channel, effect.pause.act))
    await connection.execute(pauses.insert().values(**asdict(effect.pause)))


async def end_pause(connection: AsyncConnection, effect: EndPause) -> None:
    """Closes a channel's open pauses."""
    mine = pauses.c.channel == effect.channel, pauses.c.ended_by.is_(None)
    await connection.execute(update(pauses).where(*mine).values(ended_by=effect.act))


async def tell(connection: AsyncConnection, done: Done) -> None:
    """Writes down what became of an act."""
    values = asdict(done) | {"event": done.act}
    del values["act"]
    await connection.execute(acts.insert().values(**values))


async def outcome(connection: AsyncConnection, act: EventId) -> tuple[str, str] | None:
    """The outcome and the sentence for the actor, once the act is decided."""
    row = (await connection.execute(select(acts.c.outcome, acts.c.told).where(acts.c.event == act))).first()
    return (row[0], row[1]) if row else None


@dataclass(frozen=True, slots=True)
class Muted:
    """A mute in force, as it is listed."""

    act: EventId
    sender: SenderId
    handle: str
    by: str
    reason: str
    until: Micros


async def standing_mutes(connection: AsyncConnection, now: Micros) -> list[Muted]:
    """The mutes in force, the newest first."""
    query = (
        select(mutes.c.act, mutes.c.sender, senders.c.handle, mutes.c.by, mutes.c.reason, mutes.c.until)
        .join(senders, senders.c.id == mutes.c.sender)
        .where(*_standing(mutes.c, now))
        .order_by(mutes.c.since.desc(), senders.c.handle)
    )
    return [Muted(*row) for row in await connection.execute(query)]


def _standing(columns: object, now: Micros) -> tuple[ColumnElement[bool], ...]:
    return columns.ended_by.is_(None), columns.until > now  # type: ignore[attr-defined]
