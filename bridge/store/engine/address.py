"""Which file a database URL names, and how to look into one: told without loading a database's driver."""

import re
from pathlib import Path
from urllib.parse import unquote

BESIDE = "-wal", "-shm", "-journal"
"""What SQLite keeps beside a file that is open."""

_FILE = re.compile(r"sqlite(?:\+\w+)?:///([^?]+)")


def sqlite_file(url: str) -> Path | None:
    """The absolute path of the SQLite file; `None` for a server, and for what names no file."""
    named = _FILE.fullmatch(url)
    path = unquote(named[1]) if named else ":memory:"
    return None if path == ":memory:" else Path(path).absolute()


def at_rest(file: Path) -> str:
    """How to open a file that nobody writes: what stands in its log is read, and none is made beside it."""
    logged = any(file.with_name(file.name + ending).exists() for ending in BESIDE)
    return f"{file.absolute().as_uri()}?mode=ro{'' if logged else '&immutable=1'}"
