"""What came of a journal, in one form: out of the books in memory, and out of the tables of a store."""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.heart.books import Books
from bridge.model import Done
from bridge.store.books.ledger import WARNED
from bridge.store.engine import tables

Outcome = Mapping[str, Sequence[Any]]

COLUMNS: Mapping[str, tuple[Table, str]] = {
    "decisions": (tables.decisions, "event verdict action rule reply cost decided_at suspicion raid"),
    "outbox": (tables.outbox, "id text progress due_at rank message_id error settled_at cost unsent"),
    "pot": (tables.pot, "spent reserved inbound total open_since open_until"),
    "raids": (tables.raids, "id opened_at grown_at grave ended_at"),
    "stances": (tables.stances, "posture since until act"),
    "senders": (tables.senders, "id handle messages first_at verdict raid muted_until stopped_at blocked_at"),
    "acts": (tables.acts, "event verb about outcome told at"),
    "mutes": (tables.mutes, "act sender since until"),
    "pauses": (tables.pauses, "channel until"),
    "lessons": (tables.lessons, "id label"),
    "picks": (tables.picks, "act reply rank at"),
    "delays": (tables.delays, "act reply due_at until at"),
    "phrase_rules": (tables.phrase_rules, "act does until"),
    "counts": (tables.clusters, "raid kind key messages"),
    "members": (tables.members, "raid kind key sender"),
}
"""What is compared, by the tables and their columns."""

STANDING: Mapping[str, ColumnElement[bool]] = {
    "senders": tables.senders.c.messages > 0,
    "mutes": tables.mutes.c.ended_by.is_(None),
    "pauses": tables.pauses.c.ended_by.is_(None),
    "lessons": tables.lessons.c.ended_by.is_(None),
    "picks": tables.picks.c.ended_by.is_(None),
    "delays": tables.delays.c.ended_by.is_(None),
    "phrase_rules": tables.phrase_rules.c.ended_by.is_(None),
}
"""Of some tables, the rows that the books know of."""


def outcome_of(books: Books, acts: Sequence[Done]) -> Outcome:
    """What came of it in memory; `acts`: what the team was told, which the books do not keep."""
    clusters = books.clusters.items()
    standing = {
        "decisions": books.decisions.values(),
        "outbox": books.outbox.values(),
        "pot": [books.ledger],
        "raids": books.raids.values(),
        "stances": books.stances,
        "senders": [one for one in books.senders.values() if one.messages],
        "acts": acts,
        "mutes": books.mutes.values(),
        "lessons": books.detector.lessons.standing,
        "delays": books.delays.values(),
        "phrase_rules": [(one.act, one.does, one.until) for one in books.phrase_rules.values()],
        "picks": [(one.act, one.reply, one.rank, one.at) for one in books.picks.values()],
    }
    listed = {
        name: [one if isinstance(one, tuple) else _of(one, name) for one in found]
        for name, found in standing.items()
    }
    return _sorted(
        listed
        | {
            "pauses": books.pauses.items(),
            "counts": [(*key, cluster.messages) for key, cluster in clusters],
            "members": [(*key, member) for key, cluster in clusters for member in cluster.members],
            "warned": [f"{WARNED}{round(100 * step)}" for step in books.warned],
        }
    )


async def stored(connection: AsyncConnection) -> Outcome:
    """What came of it in a store."""
    found: dict[str, Iterable[Any]] = {}
    for name, (table, columns) in COLUMNS.items():
        query = select(*(table.c[column] for column in columns.split()))
        where = [STANDING[name]] if name in STANDING else []
        found[name] = [tuple(row) for row in await connection.execute(query.where(*where))]
    facts = await connection.scalars(select(tables.facts.c.name))
    return _sorted(found | {"warned": [name for name in facts if name.startswith(WARNED)]})


def _of(one: object, name: str) -> tuple[Any, ...]:
    """The columns of something; a row of the outbox has some of them in its reply."""
    reply, act = getattr(one, "reply", None), getattr(one, "act", None)
    others = {"event": act}
    return tuple(
        getattr(one, column) if hasattr(one, column) else getattr(reply, column, others.get(column))
        for column in COLUMNS[name][1].split()
    )


def _sorted(found: Mapping[str, Iterable[Any]]) -> Outcome:
    return {name: sorted(map(_plain, rows), key=repr) for name, rows in found.items()}


def _plain(row: Any) -> Any:
    values = row if isinstance(row, tuple) else (row,)
    return tuple(value.value if isinstance(value, Enum) else value for value in values)
