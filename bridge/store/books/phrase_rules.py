"""Rules about phrases as they are kept: what each catches stands in its act, sealed, and is read there."""

from typing import Any, cast

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import Act, Event, EventId, PhraseRule, SenderId
from bridge.moderation.targets import read_ruling
from bridge.store.books.journal import ENTRY, Journal, opened
from bridge.store.engine.tables import acts, events, mutes, phrase_rules


async def load(connection: AsyncConnection, journal: Journal) -> dict[EventId, PhraseRule]:
    """Those that no act has ended, in the order in which they were made; one that cannot be read is none."""
    query: Select[Any] = (
        select(*ENTRY, phrase_rules.c.does, phrase_rules.c.until, acts.c.at, acts.c.actor)
        .join(phrase_rules, phrase_rules.c.act == events.c.id)
        .join(acts, acts.c.event == events.c.id)
        .where(phrase_rules.c.ended_by.is_(None))
        .order_by(events.c.place)
    )
    rows = (await connection.execute(query)).all()
    if not rows:
        return {}
    found, let_go = await opened(connection, journal.keyring, rows), await _let_go(connection)
    return {
        act: _rule(found[act], row.does, row.at, row.until, let_go.get(act, frozenset()))
        for row in rows
        if (act := EventId(row.id)) in found
    }


def _rule(event: Event, does: str, since: int, until: int, let_go: frozenset[SenderId]) -> PhraseRule:
    act = cast(Act, event.what)
    phrase, spared = read_ruling(act.target).phrase, read_ruling(act.target).spared
    return PhraseRule(
        event.id,
        phrase,
        does,  # type: ignore[arg-type]  # the table holds nothing else
        act.actor,
        act.reason,
        since,
        until,
        spared | let_go,
    )


async def _let_go(connection: AsyncConnection) -> dict[str, frozenset[SenderId]]:
    """Whom the team answers again although a rule had caught them."""
    query = (
        select(mutes.c.act, mutes.c.sender)
        .join(phrase_rules, phrase_rules.c.act == mutes.c.act)
        .where(mutes.c.ended_by.is_not(None), phrase_rules.c.ended_by.is_(None))
    )
    found: dict[str, frozenset[SenderId]] = {}
    for row in await connection.execute(query):
        found[row.act] = found.get(row.act, frozenset()) | {SenderId(row.sender)}
    return found
