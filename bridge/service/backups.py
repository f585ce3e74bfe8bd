"""Backup and restore of a SQLite file: a copy taken live, and put back without paying twice."""

import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.model import Micros
from bridge.service.exclusive import FileLock
from bridge.settings import Settings
from bridge.store.engine.dialect import database_file, parse_url

_NEEDED = {"events", "senders", "outbox", "pot", "alembic_version"}


def backup(settings: Settings, target: Path) -> None:
    """Copies the database to `target`, also while the service runs. Raises `RempartError`.

    The copy is taken in one step by a connection that can only read: it shows one instant.
    """
    database = _file(settings, "pg_dump")
    if not database.exists():
        raise StoreUnusable(f"There is no database at {database} to copy.")
    if target.exists():
        raise Misconfigured(f"{target} exists already: choose a new file.")
    unfinished = target.with_name(target.name + ".part")
    try:
        with (
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            unfinished.chmod(0o600)
            source.backup(copy)
        _check(unfinished)
        unfinished.rename(target)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise StoreUnusable(f"The copy could not be made: {_plain(error)}.") from error


def restore(settings: Settings, source: Path, now: Micros) -> Path | None:
    """Puts a copy in the database's place; returns where the old one was moved. Raises `RempartError`.

    What was due when the copy was taken may have been sent since: it is put in doubt, so that the provider
    is asked before anything is sent.
    """
    database = _file(settings, "pg_restore")
    if not source.is_file():
        raise Misconfigured(f"There is no file {source}.")
    lock = FileLock(database)
    try:
        return _replace(database, source, now)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnusable(f"The copy could not be put back: {_plain(error)}.") from error
    finally:
        lock.release()


def _replace(database: Path, source: Path, now: Micros) -> Path | None:
    fresh = database.with_name(database.name + ".restoring")
    try:
        _make_ready(fresh, source, now)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    aside = database.with_name(database.name + ".before-restore") if database.exists() else None
    if aside:
        _set_aside(database, aside)
    database.with_name(database.name + "-shm").unlink(missing_ok=True)
    fresh.replace(database)
    return aside


def _set_aside(database: Path, aside: Path) -> None:
    """Keeps the old database; a damaged one with its log beside it, for whoever tries to save something."""
    wal, wal_aside = (path.with_name(path.name + "-wal") for path in (database, aside))
    wal_aside.unlink(missing_ok=True)
    try:
        _checkpoint(database)
        wal.unlink(missing_ok=True)
    except sqlite3.OperationalError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # the latter when SQLite quotes what it found
        with suppress(FileNotFoundError):
            wal.replace(wal_aside)
    database.replace(aside)


def _make_ready(fresh: Path, source: Path, now: Micros) -> None:
    shutil.copyfile(source, fresh)
    fresh.chmod(0o600)
    _check(fresh)
    with closing(sqlite3.connect(fresh)) as copy:
        _put_in_doubt(copy, now)
        copy.commit()


def _put_in_doubt(copy: sqlite3.Connection, now: Micros) -> None:
    """One doubt a recipient: a second reply to the same person is given up rather than risked."""
    copy.execute("UPDATE outbox SET progress = 'in_doubt', error = 'restored' WHERE progress = 'sending'")
    due = (
        "SELECT id FROM outbox AS due WHERE progress = 'held' AND due_at <= ? AND due_at = "
        "(SELECT min(due_at) FROM outbox AS own WHERE own.sender = due.sender AND own.progress = 'held') "
        "AND NOT EXISTS (SELECT 1 FROM outbox AS own WHERE own.sender = due.sender "
        "AND own.progress = 'in_doubt') "
        "GROUP BY sender"
    )
    ids = [(row[0],) for row in copy.execute(due, (now,))]
    copy.executemany(
        "UPDATE outbox SET progress = 'in_doubt', attempted_at = due_at, error = 'restored' WHERE id = ?", ids
    )
    copy.execute(
        "UPDATE outbox SET progress = 'expired', settled_at = ?, error = 'restored' "
        "WHERE progress = 'held' AND due_at <= ?",
        (now, now),
    )
    flying = "SELECT coalesce(sum(price), 0) FROM outbox WHERE progress IN ('sending', 'in_doubt')"
    copy.execute(f"UPDATE pot SET reserved = ({flying})")  # noqa: S608 - nothing of it comes from outside


def _check(path: Path) -> None:
    """Raises `StoreUnusable` unless the file is a whole database of ours."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        try:
            (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
            tables = {
                name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
        except (sqlite3.DatabaseError, UnicodeError) as error:
            raise StoreUnusable("The file is damaged, or no database.") from error
    if verdict != "ok":
        raise StoreUnusable("The file is damaged: its own check fails.")
    if not tables >= _NEEDED:
        raise StoreUnusable("The file is no database of Rempart.")


def _checkpoint(database: Path) -> None:
    """Brings everything into the one file that is moved aside."""
    with closing(sqlite3.connect(database)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _file(settings: Settings, tool: str) -> Path:
    database = database_file(parse_url(settings.database_url))
    if database is None:
        raise RempartError(f"This is for SQLite files: on PostgreSQL use {tool}.")
    return database


def _plain(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "the database reports an error"
