"""Replies as rows of the outbox, both ways."""

from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, or_

from bridge.model import (
    COMMITTED,
    DOUBTFUL,
    FIRST,
    LAST,
    LEFT,
    NO_ANSWERS,
    SAID,
    SUMMONS,
    OutboxRow,
    Progress,
    Reply,
)
from bridge.store.engine.tables import outbox

REPLY = Reply.__struct_fields__
"""The columns that a reply itself fills."""

FARED = ("progress", "message_id", "error", "settled_at", "cost", "unsent", "doubts")
"""The columns that say how far it has come."""


def reply_of(row: Any) -> Reply:
    """The reply that a row holds."""
    return Reply(**{name: getattr(row, name) for name in REPLY})


def row_of(row: Any) -> OutboxRow:
    """A row as the heart knows it."""
    fared = {name: getattr(row, name) for name in FARED}
    return OutboxRow(reply_of(row), **{**fared, "progress": Progress(row.progress)})


def values_of(one: OutboxRow) -> dict[str, Any]:
    """A row as it is written."""
    reply = {name: getattr(one.reply, name) for name in REPLY}
    return reply | {name: getattr(one, name) for name in FARED}


DOUBTED = outbox.c.rank.between(DOUBTFUL, LAST - 1)
"""Whether a reply is to somebody doubtful; whoever was answered before comes later still, doubtful or not."""


def said(one: FromClause) -> ColumnElement[bool]:
    """As `OutboxRow.said`, asked of a row of the outbox, under whatever name it stands in a query."""
    sent = or_(one.c.progress.in_(SAID), one.c.message_id.is_not(None))
    return and_(one.c.wording.not_in(NO_ANSWERS), ~one.c.dry, sent)


def paid(one: FromClause) -> ColumnElement[bool]:
    """As `OutboxRow.paid`; the index of what left goes by the progress."""
    taken = or_(one.c.message_id.is_not(None), one.c.cost.is_not(None), one.c.progress != Progress.FAILED)
    return and_(one.c.progress.in_((*COMMITTED, Progress.FAILED)), taken)


PAID = paid(outbox)
"""Whether a reply costs something, or may: what of the pot's *spent* and *reserved* is its, it counts for."""


ANSWERS = and_(outbox.c.progress.in_(LEFT), outbox.c.wording != SUMMONS)
"""Whether a reply has left. Who of the team is called out has written nothing that it would answer."""

BY_HAND = and_(outbox.c.rank == FIRST, outbox.c.wording != SUMMONS)
"""As `OutboxRow.by_hand`."""


MOVING = ("id", "due_at", "rank", "dry", *FARED)
"""What tells a row, and what changes as it moves forward."""


def moving(one: OutboxRow) -> dict[str, Any]:
    """A row as a change of it is written."""
    return {name: value for name, value in values_of(one).items() if name in MOVING}
