"""What somebody wrote last, opened for an act that answers them. Inside the caller's transaction."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.acts import is_answerable, writes_to
from bridge.model import Act, Event, EventId, SenderId
from bridge.store.books.journal import ENTRY, Journal, opened
from bridge.store.engine.dialect import among
from bridge.store.engine.tables import decisions, events

_NEWEST = 20
"""Messages that are looked at: the newest may be changes of an earlier one, or questions to the channel."""


async def newest(
    connection: AsyncConnection, journal: Journal, act_id: EventId, act: Act, who: Sequence[SenderId]
) -> dict[EventId, Event]:
    """By the act: the newest message of whom it answers; nothing where they wrote none that can be opened."""
    if not writes_to(act) or not who:
        return {}
    theirs = select(*ENTRY).join(decisions, decisions.c.event == events.c.id)
    theirs = theirs.where(among(connection, decisions.c.sender, who))
    # By their arrival: what was decided in this very batch has no place yet.
    rows = (await connection.execute(theirs.order_by(events.c.seq.desc()).limit(_NEWEST))).all()
    found = await opened(connection, journal.keyring, rows)
    written = (found[EventId(row.id)] for row in rows if row.id in found)
    last = next(filter(is_answerable, written), None)
    return {} if last is None else {act_id: last}
