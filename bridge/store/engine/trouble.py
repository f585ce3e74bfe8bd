"""What the errors of both engines tell: trouble that passes, damage, or a fault of what was asked."""

import sqlite3

import asyncpg
from sqlalchemy.exc import DBAPIError

_TROUBLE = {"08", "25006", "25P03", "26", "28", "3D", "40", "42501", "42703", "42704", "42P01", "42P05"} | {
    "53",
    "55",
    "57",
    "58",
    "F0",
    "XX",
}
"""SQLSTATEs of PostgreSQL, or their classes, that tell of connections, rights, room, locks, or tables that
are not ours (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""

_SQLITE_TROUBLE = {5, 6, 7, 8, 9, 10, 13, 14, 15}
"""Busy, locked, no memory, read-only, interrupted, I/O, full, cannot open, locking protocol
(https://www.sqlite.org/rescode.html)."""


def is_trouble(error: DBAPIError) -> bool:
    """Whether the database is out of reach, full, locked, or not as it should be.

    Anything else is the fault of what it was asked, and would be again: nothing that passes with time.
    """
    if error.connection_invalidated:
        return True
    state = getattr(error.orig, "sqlstate", None) or ""
    code = getattr(error.orig, "sqlite_errorcode", 0)
    lacking = code == 1 and str(error.orig).startswith(("no such table", "no such column"))
    return state in _TROUBLE or state[:2] in _TROUBLE or code & 0xFF in _SQLITE_TROUBLE or lacking


_DAMAGE = ("is malformed", "malformed database schema", "not a database", "could not decode to utf-8")

_DATA_CORRUPTED = "XX001", "XX002"  # https://www.postgresql.org/docs/current/errcodes-appendix.html


def is_damage(error: Exception) -> bool:
    """Whether the database says that its own files contradict themselves."""
    cause = getattr(error, "orig", error)
    prose = str(cause).lower()
    return getattr(cause, "sqlstate", None) in _DATA_CORRUPTED or any(sign in prose for sign in _DAMAGE)


DRIVER_ERRORS = (sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError)
"""What the drivers themselves raise, where nothing stands between."""
