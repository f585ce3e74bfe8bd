"""A year that never was: rows of many senders, written straight into a SQLite file."""

import random
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bridge.model import DAY, HOUR, Micros

_AT_ONCE = 20_000
_YEAR: Micros = 365 * DAY
_PRICE, _COST = 76_300, 7_500

_SENDERS = (
    "INSERT INTO senders (id, handle, messages, first_at, last_at, verdict, reasons)"
    " VALUES (?, ?, 1, ?, ?, 'ordinary', '[]')"
)
_EVENTS = (
    "INSERT INTO events (seq, id, channel, kind, sender, received_at, sealed, place, digest)"
    " VALUES (?, ?, 'sms', 'message', ?, ?, ?, ?, ?)"
)
_DECISIONS = (
    "INSERT INTO decisions (event, verdict, action, rule, reply, cost, decided_at, reasons, sender,"
    " suspicion, posture, first)"
    " VALUES (?, 'ordinary', 'replied', 'first', ?, ?, ?, '[]', ?, ?, 'calm', 1)"
)
_OUTBOX = (
    "INSERT INTO outbox (id, event, sender, channel, line, name, language, text, segments, price,"
    " due_at, expires_at, progress, attempts, attempted_at, settled_at, message_id, cost)"
    " VALUES (?, ?, ?, 'sms', '+33600000000', 'first', 'fr', 'Un mot.', 1, ?, ?, ?, 'delivered', 1, ?, ?,"
    " ?, ?)"
)


def write(
    database: Path, count: int, among: Sequence[str], now: Micros, progressed: Callable[[int], None]
) -> None:
    """Adds `count` senders to a migrated file, `among` included; each wrote once, and got its reply.

    They wrote at an even pace in the year before `now`, the newest an hour ago.
    """
    chance = random.Random(1)
    ids = [*among, *(f"{chance.getrandbits(128):032x}" for _ in range(count - len(among)))]
    chance.shuffle(ids)
    connection = sqlite3.connect(database)
    connection.executescript("PRAGMA synchronous=OFF; PRAGMA journal_mode=WAL; PRAGMA cache_size=-262144;")
    numbered = enumerate(ids, start=1)
    while some := list(islice(numbered, _AT_ONCE)):
        _write(connection, some, lambda number: now - HOUR - (count - number) * _YEAR // count, chance)
        progressed(some[-1][0])
    connection.executescript("ANALYZE; PRAGMA wal_checkpoint(TRUNCATE);")
    connection.close()


def _write(
    connection: sqlite3.Connection,
    some: list[tuple[int, str]],
    at: Callable[[int], Micros],
    chance: random.Random,
) -> None:
    sealed = chance.randbytes(160)

    def add(statement: str, rows: Iterable[tuple[Any, ...]]) -> None:
        connection.executemany(statement, rows)

    add(_SENDERS, ((one, f"h{one}", at(n), at(n)) for n, one in some))
    add(_EVENTS, ((n, _id(n), one, at(n), sealed, n, sealed[:32]) for n, one in some))
    add(_DECISIONS, ((_id(n), _id(n), _COST, at(n), one, _suspicion(chance)) for n, one in some))
    add(_OUTBOX, (_reply(n, one, at(n)) for n, one in some))
    connection.commit()


def _reply(n: int, sender: str, at: Micros) -> tuple[Any, ...]:
    due = at + HOUR // 2
    return _id(n), _id(n), sender, _PRICE, due, at + DAY, due, due, f"past{n:028}", _PRICE


def _id(number: int) -> str:
    return f"{number:032x}"


def _suspicion(chance: random.Random) -> int:
    return min(999, int(chance.expovariate(1 / 180)))
