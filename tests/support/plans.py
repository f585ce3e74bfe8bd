"""How a database would find what it is asked for, once it is told that a million people have written."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DAY
from bridge.store.engine.connecting import is_sqlite
from bridge.store.engine.store import Store
from tests.support.clock import NOON

MILLION = 1_000_000

SMALL = {
    "facts": "one row a fact",
    "pot": "one row",
    "prices": "one row a country",
    "pauses": "one row each time that somebody pauses a channel",
    "raids": "one row a raid",
    "pages": "one row each time that somebody is to be woken",
    "stances": "one row each time that the posture changes",
    "lessons": "one row each time that somebody teaches",
    "picks": "one row a reply that the team answers or drops by hand",
    "delays": "one row a reply that the team holds back",
    "phrase_rules": "one row each time that somebody makes a rule about a phrase",
}
"""The tables that do not grow with the number of senders, and may be read from end to end."""

SHORT = {
    "ix_events_unfolded": "holds nothing but what is not folded yet",
    "ix_outbox_one_in_flight": "holds nothing but what is handed over just now",
}
"""The indexes that do not grow with the number of senders, and may be read from end to end."""

Asked = Mapping[str, Any]
"""Statements as the driver was given them, each with the parameters of one time."""


@contextmanager
def asked(store: Store) -> Iterator[dict[str, Any]]:
    """Everything that the database is asked meanwhile, by those who look and by those who write."""
    found: dict[str, Any] = {}

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if re.match(r"(SELECT|INSERT|UPDATE|DELETE|WITH)\b", statement):
            found[statement] = parameters[0] if many else parameters

    engines = {store._writer.sync_engine, store._reader.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


async def crowded(store: Store) -> None:
    """Tells the database that a million people have written, and were answered. Open it anew afterwards."""
    await store.transact(_tell_sqlite if is_sqlite(store.url) else _tell_postgresql)


async def read_through(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    """What would be read from end to end although it grows with the senders, as the plan words it."""
    look = _sqlite if connection.dialect.name == "sqlite" else _postgresql
    return await look(connection, statement, parameters)


# SQLite plans by what stands in `sqlite_stat1`: of each index, how many rows there are, and how many of them
# share its first column, its first two, and so on (https://www.sqlite.org/fileformat2.html#stat1tab).

_SHARED = {"progress": 150_000, "kind": 400_000, "raid": 20_000, "key": 5_000, "act": 500, "sender": 3}
"""How many of a million rows have a column in common; what is not named here has each row to itself."""

_INDEXES = """
    SELECT tables.name AS owner, indexes.name AS named, group_concat(columns.name) AS columns
    FROM sqlite_schema AS tables
    JOIN pragma_index_list(tables.name) AS indexes
    JOIN pragma_index_info(indexes.name) AS columns
    WHERE tables.type = 'table' GROUP BY 1, 2
"""


async def _tell_sqlite(connection: AsyncConnection) -> None:
    await connection.execute(text("ANALYZE"))  # makes the table
    await connection.execute(text("DELETE FROM sqlite_stat1"))
    told = [
        {"table": owner, "index": index, "stat": _stat(owner, index, columns.split(","))}
        for owner, index, columns in await connection.execute(text(_INDEXES))
    ]
    await connection.execute(text("INSERT INTO sqlite_stat1 VALUES (:table, :index, :stat)"), told)


def _stat(table: str, index: str, columns: list[str]) -> str:
    rows = 20 if table in SMALL or index in SHORT else MILLION
    prefixes = [columns[: place + 1] for place in range(len(columns))]
    shared = [min(rows, *(_SHARED.get(column, 1) for column in prefix)) for prefix in prefixes]
    return " ".join(map(str, (rows, *shared)))


_THROUGH_TABLE = r"SCAN (?P<table>\w+)(?! VIRTUAL)\b(.* INDEX (?P<index>\w+))?"
_THROUGH = re.compile(rf"({_THROUGH_TABLE}|SEARCH \w+|SEARCH .*\(ANY\(.*)$")
"""A search without an index begins nowhere, and one for any value of the first column everywhere."""


async def _sqlite(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    read = (_THROUGH.match(step.detail) for step in plan.all())
    return [one[0] for one in read if one and one["table"] not in SMALL and one["index"] not in SHORT]


_Step = Mapping[str, Any]
_SCANS = ("Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Index Scan")

_FIRST_COLUMNS = """
    SELECT relname, attname FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    JOIN pg_attribute ON attrelid = indexrelid AND attnum = 1
"""

# PostgreSQL plans by what ANALYZE found, and by how many rows it then supposes to stand on how many pages.

_FILLED = 10_000
"""Rows that are really there: fewer pages than a million would take, so that reading them all looks cheap."""

_APART = 60 * DAY // _FILLED

_ROWS = {
    "senders": """(id, handle, messages, first_at, last_at, muted_until, raid)
        SELECT md5('sender ' || n), 'handle-' || n, 3, at, at, CASE n % 20 WHEN 0 THEN at END,
            CASE n % 10 WHEN 0 THEN 'raid ' || n % 50 END""",
    "events": """(id, channel, kind, sender, received_at, sealed, place, digest)
        SELECT md5('event ' || n), 'sms', CASE n % 3 WHEN 0 THEN 'receipt' ELSE 'message' END,
            md5('sender ' || n), at, '', 1000000 + n, ''""",
    "decisions": """(event, verdict, action, cost, decided_at, reasons, sender, suspicion, raid)
        SELECT md5('event ' || n), 'ordinary', 'replied', 7500, at, '[]', md5('sender ' || n), n % 1000,
            CASE n % 10 WHEN 0 THEN 'raid ' || n % 50 END""",
    "outbox": """(id, event, sender, channel, line, name, language, text, segments, price, due_at, expires_at,
            progress, attempted_at, message_id)
        SELECT md5('reply ' || n), md5('event ' || n), md5('sender ' || n), 'sms', '', 'first', 'fr', 'salut',
            1, 76300, at, at, CASE WHEN n % 1000 = 0 THEN 'held' WHEN n % 5000 = 1 THEN 'sending'
            WHEN n % 8 = 0 THEN 'cancelled' WHEN n % 5 = 0 THEN 'sent' ELSE 'delivered' END, at, n""",
    "acts": """(event, actor, verb, about, outcome, told, at)
        SELECT md5('event ' || n), 'U1', 'mute', 'handle-' || n, 'done',
            '{"code": "muted", "data": {}}', at""",
    "mutes": """(act, sender, by, reason, since, until, ended_by)
        SELECT md5('event ' || n % 100), md5('sender ' || n), 'U1', '', at, at,
            CASE n % 2 WHEN 0 THEN '' END""",
    "members": """(raid, kind, key, sender)
        SELECT 'raid ' || n % 50, 'copies', 'key ' || n % 200, md5('sender ' || n)""",
    "clusters": "(raid, kind, key, messages) SELECT 'raid ' || n % 50, 'copies', 'key ' || n, 3",
    "tiles": "(level, number, hashes) SELECT 0, 1000000 + n, ''",
    "taught": "(lesson, event) SELECT 'lesson ' || n % 100, md5('event ' || n)",
}
"""What grows with the senders: one row each, spread over the sixty days before the tests' noon."""


_INSTANT = f"SELECT {NOON} - {_APART}::bigint * n AS at"
_SERIES = f"FROM generate_series(1, {_FILLED}) AS n, LATERAL ({_INSTANT}) AS instant"


async def _tell_postgresql(connection: AsyncConnection) -> None:
    await connection.execute(text("SET LOCAL session_replication_role = replica"))  # references are not asked
    for table, rows in _ROWS.items():
        await connection.execute(text(f"ALTER TABLE {table} SET (autovacuum_enabled = false)"))
        await connection.execute(text(f"INSERT INTO {table} {rows} {_SERIES}"))
    await connection.execute(text("ANALYZE"))
    grown = text("UPDATE pg_class SET reltuples = :million WHERE relname = ANY(:tables) AND relkind = 'r'")
    await connection.execute(grown, {"million": float(MILLION), "tables": list(_ROWS)})


async def _postgresql(connection: AsyncConnection, statement: str, parameters: Any) -> list[str]:
    first = {row.relname: row.attname for row in await connection.execute(text(_FIRST_COLUMNS))}
    found = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
    plan = found.scalar_one()
    (top,) = json.loads(plan) if isinstance(plan, str) else plan
    return list(_through(top["Plan"], {}, first))


def _through(step: _Step, above: _Step, first: Mapping[str, str]) -> Iterator[str]:
    if step["Node Type"] in _SCANS and not (_begins_somewhere(step, first) or _stops_at_once(step, above)):
        yield " ".join(step.get(name, "") for name in ("Node Type", "Relation Name", "Index Name"))
    for below in step.get("Plans", ()):
        yield from _through(below, step, first)


def _begins_somewhere(step: _Step, first: Mapping[str, str]) -> bool:
    """Whether an index is looked up by its first column; that there is something is nothing to look up."""
    if step.get("Relation Name") in SMALL or step.get("Index Name") in SHORT:
        return True
    column = re.escape(first.get(step.get("Index Name", ""), ""))
    return bool(re.search(rf"\b{column}\b(?! IS NOT NULL)", step.get("Index Cond", "")))


def _stops_at_once(step: _Step, above: _Step) -> bool:
    """Whether the first row of an index is all that is wanted."""
    one = above.get("Node Type") == "Limit" and above["Plan Rows"] == 1
    return one and "Index Name" in step and "Filter" not in step
