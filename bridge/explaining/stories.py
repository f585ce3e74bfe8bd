"""What became of messages, step by step; looks, changes nothing.

It tells who, when, why and at what price, and holds neither a text nor a number.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.explaining.lookup import MESSAGES
from bridge.model import Action, EventId, MicroEuros, Micros, Progress
from bridge.noun import Noun
from bridge.reasons import Reason
from bridge.store.engine.dialect import among
from bridge.store.engine.tables import events


class Decided(Noun):
    """What the fold made of a message."""

    action: Action
    rule: str | None
    reasons: tuple[Reason, ...]
    cost: MicroEuros
    """What receiving the message costs."""
    decided_at: Micros


class Replied(Noun):
    """How far the reply has come."""

    progress: Progress
    name: str
    """The id of the reply in the rules file."""
    language: str
    segments: int
    price: MicroEuros
    due_at: Micros
    attempted_at: Micros | None
    settled_at: Micros | None
    error: str | None


class Story(Noun):
    """One message: recorded, perhaps decided already, perhaps answered."""

    event: EventId
    channel: str
    handle: str | None
    """Given when the sender's first event is folded."""
    received_at: Micros
    place: int | None
    """In the evidence chain; none until the event is folded."""
    digest: str | None
    """The link at that place, in hexadecimal digits."""
    decided: Decided | None
    replied: Replied | None


async def stories_of(connection: AsyncConnection, messages: Collection[EventId]) -> list[Story]:
    """The stories of these messages, as far as they are recorded, newest first."""
    query = MESSAGES.where(among(connection, events.c.id, messages)).order_by(events.c.seq.desc())
    return [_story(row) for row in await connection.execute(query)]


def _story(row: Row[Any]) -> Story:
    return Story(
        event=EventId(row.id),
        channel=row.channel,
        handle=row.handle,
        received_at=row.received_at,
        place=row.place,
        digest=row.digest.hex() if row.digest else None,
        decided=_decided(row) if row.action else None,
        replied=_replied(row) if row.progress else None,
    )


def _decided(row: Row[Any]) -> Decided:
    return Decided(Action(row.action), row.rule, row.reasons, row.cost, row.decided_at)


def _replied(row: Row[Any]) -> Replied:
    values = {name: getattr(row, name) for name in Replied.__struct_fields__}
    return Replied(**values | {"progress": Progress(row.progress)})
