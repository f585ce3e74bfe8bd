"""Where a SQLite file stands: that what is committed can be found again where the next start looks for it.

A connection goes on writing into a file that was moved, removed or replaced, and nobody would ever see it.
"""

import os
from pathlib import Path

from bridge.errors import StoreMoved

_Identity = tuple[int, int]
"""Device and inode."""


class Place:
    """A database file and its log, as they were when they were opened; a server has none."""

    def __init__(self, database: Path | None) -> None:
        """Looks at nothing yet."""
        self._files = [] if database is None else [database, Path(f"{database.resolve()}-wal")]
        self._opened: dict[Path, _Identity] = {}

    def note(self) -> None:
        """Remembers which files are open; once each, for a connection made later may open others."""
        for path in self._files:
            identity = _identity(path) if path not in self._opened else None
            if identity is not None:
                self._opened[path] = identity

    def check(self) -> None:
        """Raises `StoreMoved` when other files, or none, stand there now."""
        if any(_identity(path) != identity for path, identity in self._opened.items()):
            raise StoreMoved


def _identity(path: Path) -> _Identity | None:
    try:
        state = os.stat(path)  # noqa: PTH116 - asked twice a transaction, and faster so
    except OSError:
        return None
    return state.st_dev, state.st_ino
