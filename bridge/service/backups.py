"""Backup and restore of a SQLite file: a copy taken live, put back without paying twice or losing any."""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from itertools import chain, count
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.model import Micros, SenderId
from bridge.service.exclusive import FileLock
from bridge.settings import Settings
from bridge.store.books.signs import newest_copy
from bridge.store.engine import forgotten
from bridge.store.engine.address import BESIDE, at_rest
from bridge.store.engine.belonging import SECRET, UNRECOGNISED, line_at_rest, mark
from bridge.store.engine.connecting import database_file, parse_url
from bridge.store.engine.files import beside, make_privately, sync
from bridge.store.engine.migrate import revisions
from bridge.store.engine.tables import KNOWN_BY
from bridge.store.moving import mark as moves


def backup(settings: Settings, target: Path) -> None:
    """Copies the database to `target`, also while the service runs. Raises `RempartError`.

    The copy is taken in one step by a connection that can only read: it shows one instant. It is looked
    through before it gets its name: what is called a copy can be put back.
    """
    database = _file(settings, "pg_dump")
    if not database.exists():
        raise StoreUnusable(f"There is no database at {database} to copy.")
    if os.path.lexists(target):
        raise Misconfigured(f"{target} exists already: choose a new file.")
    unfinished = target.with_name(target.name + ".part")
    try:
        _copy(f"{database.absolute().as_uri()}?mode=ro", unfinished)
        _check(unfinished, settings if settings.secret else None)
        unfinished.rename(target)
        _note(database)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnusable(f"The copy could not be made: {_plain(error)}.") from error
    finally:
        _remove(unfinished)


async def newest_backup(connection: AsyncConnection, url: URL) -> Micros | None:
    """When the newest copy was made, as far as this machine knows, or the server's database itself."""
    database = database_file(url)
    if database is None:
        return await newest_copy(connection)
    try:
        return _noted(database).stat().st_mtime_ns // 1000
    except OSError:
        return None


def _note(database: Path) -> None:
    """Beside the database, which only its service may write to: an empty file, whose time tells.

    It is made anew each time: of one that somebody else's command made, nobody else may change the time.
    Where it cannot be, as on a disk that takes nothing any more, the copy is one all the same.
    """
    noted = _noted(database)
    with suppress(OSError):
        noted.unlink(missing_ok=True)
        os.close(make_privately(noted))


def _noted(database: Path) -> Path:
    return beside(database, ".backed-up")


def restore(settings: Settings, source: Path, now: Micros) -> Path | None:
    """Puts a copy in the database's place; returns where the old one is kept. Raises `RempartError`.

    Nothing is replaced before the copy is known to be whole, ours, of no newer release, and made under this
    secret; and at no instant is there no database. What was due when the copy was taken may have been sent
    since: it is put in doubt, so that the provider is asked before anything is sent. Whoever was forgotten
    since is forgotten again: their keys go before the copy is put in place, the rest with the next start.
    """
    named = _file(settings, "pg_restore")
    database = named.resolve()
    if not source.is_file():
        raise Misconfigured(f"There is no file {source}.")
    if database.exists() and source.samefile(database):
        raise Misconfigured(f"{source} is the database itself: name a copy of it.")
    lock = FileLock(database)
    try:
        return _replace(named, source, settings, now)
    except (sqlite3.Error, OSError) as error:
        raise StoreUnusable(f"The copy could not be put back: {_plain(error)}.") from error
    finally:
        lock.release()


def _replace(named: Path, source: Path, settings: Settings, now: Micros) -> Path | None:
    """`named`: where the database stands, or a link to it."""
    database = named.resolve()
    fresh = database.with_name(database.name + ".restoring")
    try:
        _copy(at_rest(source), fresh)
        _check(fresh, settings)
        _insist_on_its_line(fresh, database)
        lists = {**_read_list(source), **_read_list(database), **_read_list(named)}
        _make_ready(fresh, now, {**lists, **_forgotten_by(database)})
        aside = _set_aside(database) if database.exists() else None
        _set_left_aside(database)
        fresh.replace(database)
    finally:
        _remove(fresh)
    sync(database.parent)
    return aside


def _set_aside(database: Path) -> Path:
    """Gives the old database a second name, new each time; the next step takes its first one away.

    A damaged one keeps its log beside it, for whoever tries to save something.
    """
    aside = next(name for name in _asides(database) if _is_free(name))
    try:
        _checkpoint(database)
    except sqlite3.OperationalError:
        raise
    except (sqlite3.DatabaseError, UnicodeDecodeError):  # the latter when SQLite quotes what it found
        with suppress(FileNotFoundError):
            beside(aside, "-wal").hardlink_to(beside(database, "-wal"))
    aside.hardlink_to(database)
    sync(database.parent)
    for ending in BESIDE:  # they would be taken for those of the copy
        beside(database, ending).unlink(missing_ok=True)
    return aside


def _set_left_aside(database: Path) -> None:
    """What a database that is gone left behind, if any did: SQLite would take it for the copy's, and spoil
    that."""
    aside = next(name for name in _asides(database) if _is_free(name))
    for ending in BESIDE:
        with suppress(FileNotFoundError):
            beside(database, ending).rename(beside(aside, ending))


def _asides(database: Path) -> Iterator[Path]:
    first = beside(database, ".before-restore")
    return chain([first], (beside(first, f"-{n}") for n in count(2)))


def _is_free(name: Path) -> bool:
    return not any(os.path.lexists(beside(name, ending)) for ending in ("", *BESIDE))


def _copy(source: str, target: Path) -> None:
    """Copies a database with what stands in its log, into one file that nobody else can read."""
    _remove(target)
    os.close(make_privately(target))
    with closing(sqlite3.connect(source, uri=True)) as taken, closing(sqlite3.connect(target)) as copy:
        try:
            taken.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        except (sqlite3.DatabaseError, UnicodeError) as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            raise StoreUnusable("The file is damaged, or no database.") from error
    with target.open("rb") as written:
        os.fsync(written.fileno())


def _check(path: Path, settings: Settings | None) -> None:
    """Raises `RempartError` unless the file is a whole database of ours, and made under this secret."""
    with closing(sqlite3.connect(at_rest(path), uri=True)) as database:
        try:
            (verdict,) = database.execute("PRAGMA integrity_check").fetchone()
            tables = set(_column(database, "SELECT name FROM sqlite_master WHERE type = 'table'"))
        except (sqlite3.DatabaseError, UnicodeError) as error:
            raise StoreUnusable("The file is damaged, or no database.") from error
        if verdict != "ok":
            raise StoreUnusable("The file is damaged: its own check fails.")
        if not tables >= KNOWN_BY:
            raise StoreUnusable("The file is no database of Rempart.")
        if not {*_column(database, "SELECT version_num FROM alembic_version")} <= {*revisions()}:
            raise StoreUnusable("The copy was made by a newer Rempart: install that release first.")
        marks, moved = (_facts(database, name) for name in (SECRET, moves.NAME))
    if any(moves.parse(one).stage == moves.Stage.ARRIVING for one in moved):
        raise StoreUnusable("Half of a move stands in it: finish that with `rempart migrate-store` first.")
    if settings is not None and marks != [mark(settings.keys().recognition)][: len(marks)]:
        raise Misconfigured(UNRECOGNISED)


def _insist_on_its_line(fresh: Path, database: Path) -> None:
    """Raises `Misconfigured` for the copy of another line than the one whose database it would replace."""
    theirs, ours = line_at_rest(fresh), line_at_rest(database)
    if theirs and ours and theirs != ours:
        raise Misconfigured(
            f"The copy is that of the line {theirs}, and the database that of the line {ours}: "
            f"say --line {theirs}."
        )


def _column(database: sqlite3.Connection, query: str) -> list[str]:
    return [str(value) for (value,) in database.execute(query)]


def _columns(database: sqlite3.Connection, table: str) -> set[str]:
    return {name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")}


def _facts(database: sqlite3.Connection, name: str) -> list[str]:
    return _column(database, f"SELECT value FROM facts WHERE name = '{name}'")  # noqa: S608 - ours


def _make_ready(fresh: Path, now: Micros, gone: Mapping[SenderId, Micros]) -> None:
    """What is put back may be run, even if it was moved: nothing is sent before the provider is asked."""
    with closing(sqlite3.connect(fresh)) as copy:
        _put_in_doubt(copy, now)
        copy.execute("DELETE FROM facts WHERE name = ?", (moves.NAME,))
        _forget_again(copy, gone)
        copy.commit()
        if gone:
            copy.execute("VACUUM")  # what was removed stands in no free page either


def _forget_again(copy: sqlite3.Connection, who: Mapping[SenderId, Micros]) -> None:
    """Destroys the keys of those who were forgotten since the copy was made, and asks for the rest."""
    if "erased_at" in _columns(copy, "senders"):
        which = "id = ? AND coalesce(erased_at, 0) < ?"
        gone = f"key = NULL, address = NULL, forget_at = {_LONG_AGO}"
    else:  # of a release that forgot nobody by itself
        which, gone = "id = ? AND ? > 0", "key = NULL, address = NULL, handle = NULL"
    people = list(who.items())
    texts = f"UPDATE outbox SET text = '' WHERE sender IN (SELECT id FROM senders WHERE {which})"  # noqa: S608
    copy.executemany(texts, people)
    copy.executemany(f"UPDATE senders SET {gone} WHERE {which}", people)  # noqa: S608 - ours


_LONG_AGO: Micros = 1
"""Nobody need be told that they are forgotten again."""


def _read_list(database: Path) -> Mapping[SenderId, Micros]:
    return forgotten.read(forgotten.list_of(database))


def _forgotten_by(database: Path) -> dict[SenderId, Micros]:
    """Whom the database that is replaced has forgotten; nobody where it can no longer be read."""
    if not database.exists():
        return {}
    query = "SELECT id, erased_at FROM senders WHERE erased_at IS NOT NULL"
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as old:
            return {SenderId(who): at for who, at in old.execute(query)}
    except (sqlite3.DatabaseError, UnicodeError):
        return {}


def _put_in_doubt(copy: sqlite3.Connection, now: Micros) -> None:
    """One doubt a recipient: a second reply to the same person is given up rather than risked. It counts as
    any other: where no provider can be asked, what costs nothing is sent once more.

    It may have left before it was due in the copy, for whoever held it back may have let it go since: but not
    before the newest event that the copy knows.
    """
    counted = ", doubts = doubts + 1" if "doubts" in _columns(copy, "outbox") else ""  # else a migration does
    doubted = f"progress = 'in_doubt', error = 'restored'{counted}"
    copy.execute(f"UPDATE outbox SET {doubted} WHERE progress = 'sending'")  # noqa: S608 - ours
    due = (
        "SELECT id FROM outbox AS due WHERE progress = 'held' AND due_at <= ? AND due_at = "
        "(SELECT min(due_at) FROM outbox AS own WHERE own.sender = due.sender AND own.progress = 'held') "
        "AND NOT EXISTS (SELECT 1 FROM outbox AS own WHERE own.sender = due.sender "
        "AND own.progress = 'in_doubt') "
        "GROUP BY sender"
    )
    (known,) = copy.execute("SELECT coalesce(max(received_at), 0) FROM events").fetchone()
    ids = [(known, row[0]) for row in copy.execute(due, (now,))]
    copy.executemany(f"UPDATE outbox SET {doubted}, attempted_at = min(due_at, ?) WHERE id = ?", ids)  # noqa: S608 - ours
    copy.execute(
        "UPDATE outbox SET progress = 'expired', settled_at = ?, error = 'restored' "
        "WHERE progress = 'held' AND due_at <= ?",
        (now, now),
    )
    flying = "SELECT coalesce(sum(price), 0) FROM outbox WHERE progress IN ('sending', 'in_doubt')"
    copy.execute(f"UPDATE pot SET reserved = ({flying})")  # noqa: S608 - nothing of it comes from outside


def _checkpoint(database: Path) -> None:
    """Brings everything into the one file that is set aside."""
    with closing(sqlite3.connect(database)) as old:
        old.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _file(settings: Settings, tool: str) -> Path:
    database = database_file(parse_url(settings.database_url))
    if database is None:
        raise RempartError(f"This is for SQLite files: on PostgreSQL use {tool}.")
    return database


def _remove(path: Path) -> None:
    for ending in ("", *BESIDE):
        beside(path, ending).unlink(missing_ok=True)


def _plain(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or "the database reports an error"
