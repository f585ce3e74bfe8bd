"""Which file a database URL names: told without loading a database's driver."""

import re
from pathlib import Path
from urllib.parse import unquote

_FILE = re.compile(r"sqlite(?:\+\w+)?:///([^?]+)")


def sqlite_file(url: str) -> Path | None:
    """The absolute path of the SQLite file; `None` for a server, and for what names no file."""
    named = _FILE.fullmatch(url)
    path = unquote(named[1]) if named else ":memory:"
    return None if path == ":memory:" else Path(path).absolute()
