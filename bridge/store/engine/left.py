"""Whether a SQLite file stands just as its last service left it.

To look through all of a file takes about a second for 300 MB, and three where it must come from the disk. At
a clean stop, once the file is closed, what it looks like from outside is written down beside it
(`FILE.left`); a start that finds it like that looks through it while it runs. The note is taken away before
anything is written: a start after a crash, or on a file that anybody wrote to, copied or put there since,
looks through it first, unless people who write would find nobody for longer than that is worth.
"""

from contextlib import suppress
from pathlib import Path

LARGE = 500_000_000
"""Bytes above which a file is looked through while the service runs, however it was left: five seconds."""


def is_large(database: Path) -> bool:
    """Whether to look through it would keep everybody waiting for too long."""
    try:
        return database.stat().st_size > LARGE
    except OSError:
        return False


def note(database: Path) -> None:
    """Writes down how the file is left. It is closed, and was whole."""
    with suppress(OSError):  # then the next start looks through it
        seen = _seen(database)
        if seen is not None:
            _beside(database).write_text(seen, encoding="utf-8")


def as_noted(database: Path) -> bool:
    """Whether it was left in order, and nobody wrote to it since. True once only."""
    beside = _beside(database)
    try:
        written = beside.read_text(encoding="utf-8")
        beside.unlink()
        return written == _seen(database)
    except (OSError, UnicodeDecodeError):
        return False


def _beside(database: Path) -> Path:
    return database.with_name(database.name + ".left")


def _seen(database: Path) -> str | None:
    """The file from outside; `None` where something of it still stands in its log."""
    state, log = database.stat(), Path(f"{database.resolve()}-wal")
    if log.exists() and log.stat().st_size:
        return None
    return f"{state.st_dev} {state.st_ino} {state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"
