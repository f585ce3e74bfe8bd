"""A dry run: each reply's turn comes as if it were to leave, and it does not. In the caller's transaction.

What was decided in a dry run never leaves, whatever the rules say when its turn comes; what was decided
before one, and would leave in it, does not leave either: so nothing floods out when it is over.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import (
    BY_MUTE,
    DAY,
    DOUBTFUL,
    DROPPED,
    HOUR,
    KEPT_BACK,
    REHEARSED,
    SUMMONS,
    Micros,
    OutboxRow,
    Progress,
)
from bridge.noun import replace
from bridge.pot import SENDER_WINDOW, Purse
from bridge.responses import Responses
from bridge.store.books import ledger
from bridge.store.books.outbox import row_of
from bridge.store.books.sending import payable, ripe, step
from bridge.store.engine.tables import outbox
from bridge.views import Rehearsed

AT_ONCE = 200
"""Replies whose turn comes in one transaction: no provider is called for any of them."""

_WOULD_HAVE_LEFT = outbox.c.error == REHEARSED
_HELD = outbox.c.progress == Progress.HELD
_ENDED = outbox.c.progress == Progress.CANCELLED


async def rehearse(
    connection: AsyncConnection, channels: Sequence[str], now: Micros, responses: Responses
) -> None:
    """Ends what would leave now: in a dry run as far as the pot would pay for it, as it does else."""
    if await _nothing_is_due(connection, channels, now, responses):
        return  # the usual case: it need not wait for the pot
    if responses.is_dry:
        rows = await ripe(connection, channels, now, AT_ONCE, dry=True)
        chosen = payable(map(row_of, rows), await _purse(connection, now), responses)
        which: ColumnElement[bool] = outbox.c.id.in_([one.reply.id for one in chosen])
    else:
        which = outbox.c.dry
    theirs = _HELD, outbox.c.channel.in_(channels), outbox.c.due_at <= now, which

    def ended(row: OutboxRow) -> OutboxRow:
        dry = replace(row.reply, dry=True)
        return replace(row, reply=dry, progress=Progress.CANCELLED, settled_at=now, error=REHEARSED)

    await step(connection, theirs, ended)


async def _nothing_is_due(
    connection: AsyncConnection, channels: Sequence[str], now: Micros, responses: Responses
) -> bool:
    due = _HELD, outbox.c.channel.in_(channels), outbox.c.due_at <= now
    only = () if responses.is_dry else (outbox.c.dry,)
    return await connection.scalar(select(outbox.c.id).where(*due, *only).limit(1)) is None


async def _purse(connection: AsyncConnection, now: Micros) -> Purse:
    """Where the money would stand if what a dry run held back had left."""
    purse = await ledger.load(connection, now)
    hour, day, doubtful, spent = (await connection.execute(_spent(now))).one()
    return replace(
        purse,
        spent=purse.spent + int(spent or 0),
        last_hour=purse.last_hour + int(hour or 0),
        last_day=purse.last_day + int(day or 0),
        doubtful=purse.doubtful + int(doubtful or 0),
    )


def _spent(now: Micros) -> Select[Any]:
    """What would have been, within an hour, a day, an hour on the doubtful, and the days that a pot lasts."""

    lately, today = outbox.c.settled_at > now - HOUR, outbox.c.settled_at > now - DAY
    sums = map(_sum, (lately, today, and_(lately, outbox.c.rank >= DOUBTFUL)))
    return select(*sums, func.sum(outbox.c.price)).where(
        outbox.c.dry, _WOULD_HAVE_LEFT, _ENDED, outbox.c.settled_at > now - SENDER_WINDOW
    )


def _sum(which: ColumnElement[bool]) -> Any:
    return func.sum(case((which, outbox.c.price), else_=0))


async def rehearsed(connection: AsyncConnection, since: Micros) -> Rehearsed:
    """What a dry run has held back of replies since an instant; what the team itself is told is none."""
    ended = outbox.c.dry, _ENDED, outbox.c.settled_at >= since, outbox.c.wording != SUMMONS
    kept = outbox.c.error.in_((KEPT_BACK, BY_MUTE, DROPPED))
    counts = (
        func.sum(case((_WOULD_HAVE_LEFT, 1), else_=0)),
        func.sum(case((_WOULD_HAVE_LEFT, outbox.c.price), else_=0)),
        func.sum(case((kept, 1), else_=0)),
    )
    replies, cost, kept_back = (await connection.execute(select(*counts).where(*ended))).one()
    return Rehearsed(int(replies or 0), int(cost or 0), int(kept_back or 0))
