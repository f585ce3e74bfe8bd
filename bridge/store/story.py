"""What became of messages, step by step; looks, changes nothing.

It tells who, when, why and at what price, and holds neither a text nor a number.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Action, EventId, MicroEuros, Micros, Progress
from bridge.store.tables import decisions, events, outbox, senders


@dataclass(frozen=True, slots=True)
class Decided:
    """What the fold made of a message."""

    action: Action
    rule: str | None
    reasons: tuple[str, ...]
    cost: MicroEuros
    """What receiving the message costs."""
    decided_at: Micros


@dataclass(frozen=True, slots=True)
class Replied:
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


@dataclass(frozen=True, slots=True)
class Story:
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
    rows = await connection.execute(_of(messages))
    return [_story(row) for row in rows]


_EVENT = [events.c[name] for name in ("id", "channel", "received_at", "place", "digest")]
_DECIDED = [decisions.c[name] for name in ("action", "rule", "reasons", "cost", "decided_at")]
_WHAT = ("progress", "name", "language", "segments", "price")
_HOW_FAR = ("due_at", "attempted_at", "settled_at", "error")
_REPLIED = [outbox.c[name] for name in (*_WHAT, *_HOW_FAR)]


def _of(messages: Collection[EventId]) -> Select[tuple[object, ...]]:
    return (
        select(*_EVENT, senders.c.handle, *_DECIDED, *_REPLIED)
        .join(senders, senders.c.id == events.c.sender)
        .outerjoin(decisions, decisions.c.event == events.c.id)
        .outerjoin(outbox, outbox.c.event == events.c.id)
        .where(events.c.id.in_(list(messages)))
        .order_by(events.c.seq.desc())
    )


def _story(row: Row[tuple[object, ...]]) -> Story:
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


def _decided(row: Row[tuple[object, ...]]) -> Decided:
    return Decided(Action(row.action), row.rule, tuple(row.reasons), row.cost, row.decided_at)


def _replied(row: Row[tuple[object, ...]]) -> Replied:
    values = {column.name: getattr(row, column.name) for column in _REPLIED}
    return Replied(**values | {"progress": Progress(row.progress)})
