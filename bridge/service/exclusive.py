"""The database file: that it can be opened, only by its owner, and by one service at a time."""

import fcntl
import os
import pwd
import stat
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.store.engine.connecting import database_file
from bridge.store.engine.files import beside, open_privately
from bridge.store.engine.store import Store

_BOTH_KINDS_OF_LOCK = sys.platform == "linux"
"""Whether `flock` stands beside the locks that SQLite takes (`fcntl`): on macOS each excludes the other."""


@asynccontextmanager
async def held(store: Store) -> AsyncIterator[None]:
    """The database while it is ours: a file locked against other services, and closed at the end."""
    async with AsyncExitStack() as ending:
        database = database_file(store.url)
        if database:
            lock = FileLock(database)
            ending.callback(lock.release)
            open_once(database)
            lock.take(database)
        ending.push_async_callback(store.close)
        yield


def open_once(database: Path) -> None:
    """Makes the file, closed to other users, where there is none. Raises `StoreUnusable`.

    The driver opens files in a thread of its own, which is a bad place to find out.
    """
    try:
        os.close(open_privately(database))
    except OSError as error:
        raise StoreUnusable(
            f"The database {database} cannot be opened ({_cause(database, error)}): "
            "mend its rights, or choose another file with REMPART_DATABASE_URL."
        ) from error


def insist_on(database: Path | None) -> None:
    """For whoever only looks: a file must be there, and such that it can be opened; a server is asked itself.

    Raises `Misconfigured`, `StoreUnusable`.
    """
    if database is None:
        return
    if not database.exists():
        raise Misconfigured(
            f"There is no database at {database}: name the service's in REMPART_DATABASE_URL."
        )
    open_once(database)


def is_held(database: Path) -> bool:
    """Whether another process holds a file: a service, even one that does not answer, or a command."""
    try:
        descriptor = os.open(_lock_of(database), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False  # nobody ever held it, or whoever does is somebody else's
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


class FileLock:
    """Holds `FILE.lock` beside a SQLite file, and the file itself, while the process lives."""

    def __init__(self, database: Path) -> None:
        """Takes the lock; on the file itself, too, where there is one. Raises `RempartError`."""
        path = _lock_of(database)
        self._taken: list[int] = []
        try:
            self._lock(open_privately(path), database)
        except OSError as error:
            about = (
                f"The lock {path} cannot be opened"
                if path.exists()
                else (f"The folder of the database {database} cannot be written to")
            )
            raise Misconfigured(
                f"{about} ({_cause(path, error)}): "
                "mend its rights, or choose another place with REMPART_DATABASE_URL."
            ) from error
        if database.exists():
            self.take(database)

    def take(self, database: Path) -> None:
        """Locks the file itself: whoever removes `FILE.lock` does not let a second service in.

        Kept open until `release`: when any descriptor of the file is closed, SQLite's own locks are gone.
        """
        if _BOTH_KINDS_OF_LOCK and len(self._taken) == 1:
            try:
                self._lock(os.open(database, os.O_RDONLY | os.O_CLOEXEC), database)
            except OSError as error:
                self.release()
                raise StoreUnusable(
                    f"The database {database} cannot be opened ({_cause(database, error)}): mend its rights."
                ) from error

    def release(self) -> None:
        """Lets the next process in."""
        while self._taken:
            os.close(self._taken.pop())

    def _lock(self, descriptor: int, database: Path) -> None:
        self._taken.append(descriptor)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.release()
            raise RempartError(
                f"Another Rempart is running on {database}: stop it first, or use another database."
            ) from error


def _lock_of(database: Path) -> Path:
    """One for a file, by whatever links it is named."""
    return beside(database.resolve(), ".lock")


def exposed(paths: Iterable[Path]) -> list[Path]:
    """Those files that other users may read."""
    readable = stat.S_IRGRP | stat.S_IROTH
    return [path for path in paths if path.is_file() and path.stat().st_mode & readable]


def _cause(path: Path, error: OSError) -> str:
    """What is wrong, and whose the file is where that is what is wrong."""
    if not isinstance(error, PermissionError) or not path.exists():
        return str(error.strerror)
    owner = path.stat().st_uid
    if owner == os.geteuid():
        return str(error.strerror)
    try:
        name = pwd.getpwuid(owner).pw_name
    except KeyError:
        name = str(owner)
    return f"it belongs to the user {name}"
