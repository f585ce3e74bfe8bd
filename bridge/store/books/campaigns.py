"""Raids that were seen elsewhere, as they are kept: which acts told of them, and until when that counts.

What they told stands in the journal, and is read from there. Inside the caller's transaction.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Act, Event, Message, Micros, SenderId
from bridge.noun import Noun
from bridge.raid.campaign import Campaign, Heard, Heeded
from bridge.raid.copies import telling
from bridge.raid.sighting import Sighting, sight
from bridge.raid.tidings import NotTidings, Tidings, told_of
from bridge.store.books.journal import ENTRY, Journal, opened
from bridge.store.engine.tables import campaigns, clusters, decisions, events, raids, senders

_MOST_CLUSTERS = 200
"""Pastes of one raid that are looked at: the largest."""


async def load(connection: AsyncConnection, journal: Journal) -> Heeded:
    """What is known from elsewhere and was not taken back."""
    shown: Sequence[Column[Any]] = [*ENTRY, campaigns.c.since, campaigns.c.until]
    query = (
        select(*shown)
        .join(campaigns, campaigns.c.act == events.c.id)
        .where(campaigns.c.ended_by.is_(None))
        .order_by(events.c.place)
    )
    rows = (await connection.execute(query)).all()
    found = await opened(connection, journal.keyring, rows)
    told = ((row, _told(found.get(row.id))) for row in rows)
    return Heeded(tuple(Heard(one, row.since, row.until) for row, one in told if one is not None))


class Listed(Noun):
    """What another team told of a raid, and who of ours let it count."""

    tidings: Tidings
    by: str
    """The actor's stable id."""
    since: Micros
    until: Micros


async def listed(connection: AsyncConnection, journal: Journal, now: Micros) -> list[Listed]:
    """What other teams told and counts, the newest first."""
    shown: Sequence[Column[Any]] = [*ENTRY, campaigns.c.since, campaigns.c.until]
    standing = campaigns.c.ended_by.is_(None), campaigns.c.until > now
    query = select(*shown).join(campaigns, campaigns.c.act == events.c.id).where(*standing)
    rows = (await connection.execute(query.order_by(events.c.place.desc()))).all()
    found = await opened(connection, journal.keyring, rows)
    acts = ((row, event.what) for row in rows if (event := found.get(row.id)) is not None)
    tidings = ((row, what, _tidings(what)) for row, what in acts if isinstance(what, Act))
    return [Listed(told, act.actor, row.since, row.until) for row, act, told in tidings if told is not None]


async def told(connection: AsyncConnection, journal: Journal, name: str) -> tuple[Campaign, int]:
    """What is known of a campaign now; and how often it was told of, also what was taken back since."""
    counted = select(func.count()).where(campaigns.c.name == name)
    number = await connection.scalar(counted) or 0
    known = (await load(connection, journal)).called(name) if number else Campaign(name)
    return known, number


def named(origin: str, raid: str) -> str:
    """The name of a raid elsewhere."""
    return f"{origin}:{raid}"


async def of_raid(
    connection: AsyncConnection, journal: Journal, seed: bytes, raid: str, origin: str
) -> Campaign:
    """What a raid of ours is known by on other lines. `seed`: what the detector's hashes are keyed with."""
    pasted = await pastes(connection, journal, seed, raid)
    judged = select(senders.c.id).where(senders.c.raid == raid).order_by(senders.c.id)
    who = tuple(map(SenderId, await connection.scalars(judged)))
    return Campaign(named(origin, raid), tuple(one.sketch for one in pasted), who)


async def pastes(connection: AsyncConnection, journal: Journal, seed: bytes, raid: str) -> list[Sighting]:
    """What was pasted in a raid of ours and tells of it anywhere: one of each, what came most first."""
    query = (
        select(*ENTRY)
        .join(clusters, clusters.c.key == events.c.id)
        .join(decisions, decisions.c.event == events.c.id)
        .where(clusters.c.raid == raid, clusters.c.kind == "copies")
        .order_by(clusters.c.messages.desc(), events.c.id)
        .limit(_MOST_CLUSTERS)
    )
    rows = (await connection.execute(query)).all()
    found = await opened(connection, journal.keyring, rows)
    sightings = [
        sight(event, event.what, row.received_at, seed, first=True)
        for row in rows
        if (event := found.get(row.id)) is not None and isinstance(event.what, Message)
    ]
    return [one for one in sightings if telling(one)]


async def grown(connection: AsyncConnection, since: Micros) -> Sequence[Any]:
    """The grave raids that grew, or were called a false alarm, after `since`, oldest first."""
    query = select(raids.c.id, raids.c.grown_at, raids.c.ended_at).where(raids.c.grave)
    query = query.where((raids.c.grown_at > since) | (raids.c.ended_at > since))
    return (await connection.execute(query.order_by(raids.c.opened_at, raids.c.id))).all()


def _tidings(act: Act) -> Tidings | None:
    """Nothing where another line told it."""
    try:
        return Tidings.read(act.target)
    except NotTidings:
        return None


def _told(event: Event | None) -> Campaign | None:
    """Less than a campaign where the act cannot be opened any more, or told of what was known already."""
    return told_of(event.what.target) if event is not None and isinstance(event.what, Act) else None
