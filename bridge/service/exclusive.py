"""The database file: that it can be opened, only by its owner, and by one service at a time."""

import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.store.engine.dialect import database_file
from bridge.store.engine.store import Store


@asynccontextmanager
async def held(store: Store) -> AsyncIterator[None]:
    """The database while it is ours: a file locked against other services, and closed at the end."""
    async with AsyncExitStack() as ending:
        database = database_file(store.url)
        if database:
            ending.callback(FileLock(database).release)
            open_once(database)
        ending.push_async_callback(store.close)
        yield


def open_once(database: Path) -> None:
    """Makes the file, closed to other users, where there is none. Raises `StoreUnusable`.

    The driver opens files in a thread of its own, which is a bad place to find out.
    """
    try:
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StoreUnusable(
            f"The database {database} cannot be opened ({error.strerror}): "
            "mend its rights, or choose another file with REMPART_DATABASE_URL."
        ) from error


class FileLock:
    """Holds `FILE.lock` beside a SQLite file while the process lives."""

    def __init__(self, database: Path) -> None:
        """Takes the lock. Raises `RempartError` when another process has it."""
        path = database.with_name(database.name + ".lock")
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Misconfigured(
                f"The folder of the database {database} cannot be written to ({error.strerror}): "
                "mend its rights, or choose another place with REMPART_DATABASE_URL."
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise RempartError(
                f"Another Rempart is running on {database}: stop it first, or use another database."
            ) from error

    def release(self) -> None:
        """Lets the next process in."""
        os.close(self._descriptor)
