"""A database that has grown: years of senders and messages, put into a SQLite file by statements."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bridge.model import DAY, HOUR, Micros

EACH = 10
"""Messages of each sender; the first is answered, the others are not."""

_AT_ONCE = 200_000
_YEAR: Micros = 365 * DAY

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)"
_ID = "printf('%08x%024x', ({n} * 2654435761) & 4294967295, {n})"
"""Of the length that ours have, and scattered as they are: neighbours in time are none in an index."""

_MESSAGE, _SENDER = _ID.format(n="i"), _ID.format(n="(1 + (i - 1) % :senders)")
_AT = ":now - :hour - (:messages - i) * :pace"

_SENDERS = f"""
INSERT INTO senders (id, handle, messages, first_at, last_at, key, address)
{_NUMBERS} SELECT {_MESSAGE}, 'quiet-heron-' || i, {EACH}, {_AT}, :now - :hour, NULL, NULL FROM n
"""  # noqa: S608 - nothing of it comes from outside
_EVENTS = f"""
INSERT INTO events (seq, id, channel, kind, sender, received_at, sealed, place, digest)
{_NUMBERS} SELECT i, {_MESSAGE}, 'sms', 'message', {_SENDER}, {_AT}, randomblob(300), i, randomblob(32) FROM n
"""  # noqa: S608
_DECISIONS = f"""
INSERT INTO decisions (event, verdict, action, rule, reply, cost, decided_at, reasons, why, sender,
    suspicion, posture, first)
{_NUMBERS} SELECT {_MESSAGE}, 'ordinary', iif(i <= :senders, 'replied', 'silent'),
    iif(i <= :senders, 'first', NULL), iif(i <= :senders, {_MESSAGE}, NULL), 7500, {_AT},
    iif(i <= :senders, '[]', :reasons), 'answered_lately', {_SENDER}, abs(random()) % 400, 'calm',
    i <= :senders FROM n
"""  # noqa: S608
_OUTBOX = f"""
INSERT INTO outbox (id, event, sender, channel, line, name, language, text, segments, price, due_at,
    expires_at, wording, progress, attempts, attempted_at, settled_at, message_id, cost)
{_NUMBERS} SELECT {_MESSAGE}, {_MESSAGE}, {_SENDER}, 'sms', '+33600000000', 'first', 'fr', :text, 1, 76300,
    {_AT}, {_AT}, {_MESSAGE}, 'delivered', 1, {_AT}, {_AT}, 'SM' || {_MESSAGE}, 76300 FROM n
"""  # noqa: S608

_TEXT = "Bonjour, je crois qu'on ne s'est pas compris l'autre soir, alors je préfère te le dire ainsi."
_REASONS = '[{"code": "answered_lately", "data": {}}]'


def grow(database: Path, senders: int, now: Micros, progressed: Callable[[int], None]) -> tuple[int, int]:
    """Fills a migrated file with so many senders, who each wrote ten times in the year before `now`.

    Returns the number of messages, and of the file's bytes.
    """
    messages = senders * EACH
    values: dict[str, str | int] = {"text": _TEXT, "reasons": _REASONS, "now": now, "hour": HOUR}
    values |= {"senders": senders, "messages": messages, "pace": _YEAR // messages}
    steps = (_SENDERS, senders), (_EVENTS, messages), (_DECISIONS, messages), (_OUTBOX, senders)
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        for pragma in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-4194304"):
            connection.execute(f"PRAGMA {pragma}")
        for statement, rows in steps:
            for first, last in _parts(rows):
                connection.execute(statement, values | {"first": first, "last": last})
                progressed(last)
        connection.execute("PRAGMA journal_mode=WAL")
    return messages, database.stat().st_size


def _parts(rows: int) -> Iterator[tuple[int, int]]:
    for first in range(1, rows + 1, _AT_ONCE):
        yield first, min(rows, first + _AT_ONCE - 1)
