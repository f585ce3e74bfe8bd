"""The database: where it is, whether it answers, and what keeps it."""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

from bridge.checkup import Examined, fine, note, wrong
from bridge.clock import iso
from bridge.errors import RempartError
from bridge.model import Micros
from bridge.service.exclusive import is_held
from bridge.settings import Settings
from bridge.store.engine.address import sqlite_file
from bridge.store.engine.store import Store

_MEGA = 1_000_000
_HEAD = b"SQLite format 3\0"
_MENDED = (3, 51, 3)
"""Releases of SQLite before this one can damage a log that two connections reset: we write with one."""


async def database(settings: Settings) -> Sequence[Examined]:
    """A file as it lies there; a server as it answers. Makes nothing."""
    file = sqlite_file(settings.database_url)
    return list(_file(file)) if file is not None else [await _server(settings)]


def _file(file: Path) -> Iterator[Examined]:
    version = "database_sqlite" if sqlite3.sqlite_version_info >= _MENDED else "database_sqlite_old"
    yield fine("database", version, version=sqlite3.sqlite_version)
    if not file.exists():
        yield note("database", "database_absent", file=str(file))
    elif not os.access(file, os.R_OK | os.W_OK) or not os.access(file.parent, os.W_OK):
        yield wrong("database", "database_closed", file=str(file))
    elif not is_held(file) and not _is_sqlite(file):
        yield wrong("database", "database_is_none", file=str(file))
    else:
        megabytes, written = file.stat().st_size // _MEGA, iso(_written(file))
        yield fine("database", "database_file", file=str(file), megabytes=megabytes, at=written)


def _written(file: Path) -> Micros:
    """When anything was last written there: what is new stands in the log beside it."""
    both = (file, file.with_name(f"{file.name}-wal"))
    return max(one.stat().st_mtime_ns for one in both if one.exists()) // 1_000


def _is_sqlite(file: Path) -> bool:
    """By how it begins (https://www.sqlite.org/fileformat.html); a file of nothing is an empty database."""
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        head = opened.read(len(_HEAD))
    return head in (b"", _HEAD)


async def _server(settings: Settings) -> Examined:
    try:
        store = Store(settings.database_url)
        try:
            await store.examine()
        finally:
            await store.close()
    except RempartError as error:
        return wrong("database", "refused", why=str(error))
    return fine("database", "database_answers")
