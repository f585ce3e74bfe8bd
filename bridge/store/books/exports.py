"""The dossiers that somebody asked for in the room: which are to be made, and what became of the others."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import dossier
from bridge.model import DAY, EventId, Micros
from bridge.moderation.roles import OPERATOR
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import acts, dossiers, events

LATEST: Micros = DAY
"""A wish that is older is not made up for."""


async def wanted(connection: AsyncConnection, now: Micros) -> tuple[EventId, str] | None:
    """The oldest act that asks for a dossier that is not made yet, and the raid that it is about."""
    query = (
        select(acts.c.event, acts.c.about)
        .join(events, events.c.id == acts.c.event)
        .where(acts.c.verb == dossier.VERB.name, acts.c.outcome == "done", acts.c.at > now - LATEST)
        .where(events.c.channel != OPERATOR, acts.c.event.not_in(select(dossiers.c.act)))
        .order_by(acts.c.at, acts.c.event)
        .limit(1)
    )
    row = (await connection.execute(query)).first()
    return None if row is None else (EventId(row.event), row.about)


async def is_wanted(connection: AsyncConnection, act: str) -> bool:
    """Whether an act asks for a dossier and has none yet."""
    asked = acts.c.event == act, acts.c.verb == dossier.VERB.name, acts.c.outcome == "done"
    query = select(acts.c.event).where(*asked, acts.c.event.not_in(select(dossiers.c.act)))
    return await connection.scalar(query) is not None


async def settle(
    connection: AsyncConnection,
    act: EventId,
    now: Micros,
    *,
    file: str = "",
    digest: str = "",
    error: str = "",
) -> None:
    """Writes down what became of it."""
    row = {"act": act, "at": now, "file": file, "digest": digest, "error": error}
    await connection.execute(insert_new(connection, dossiers, "act"), row)


async def made(connection: AsyncConnection, raid: str) -> Sequence[tuple[str, str, str, str]]:
    """Those of a raid: act, file, SHA-256 and what went wrong, oldest first."""
    query = (
        select(dossiers.c.act, dossiers.c.file, dossiers.c.digest, dossiers.c.error)
        .join(acts, acts.c.event == dossiers.c.act)
        .where(acts.c.about == raid)
        .order_by(dossiers.c.at, dossiers.c.act)
        .limit(20)
    )
    return [(row.act, row.file, row.digest, row.error) for row in await connection.execute(query)]
