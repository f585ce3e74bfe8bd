"""Keeps the rules in force in step with their file; a bad edit is refused, and the old rules stay."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import structlog

from bridge.errors import Misconfigured
from bridge.model import Micros
from bridge.responses import Line, read_lines

_LOOK_EVERY = 1.0
"""Seconds. The system would tell of changes, but of the whole folder: of each time that something is stored,
where the database stands in it; and some file systems tell of nothing."""

log = structlog.get_logger("rempart.rules")


class Stamp(NamedTuple):
    """What tells one state of a file from another; times in nanoseconds."""

    edited_ns: int
    changed_ns: int
    size: int
    inode: int


class RulesWatch:
    """Watches one `responses.yaml`."""

    def __init__(
        self,
        path: Path,
        adopt: Callable[[Sequence[Line]], None],
        reading: Callable[[Path], Sequence[Line]] = read_lines,
    ) -> None:
        """`adopt` is called with each good edit from now on: make the watch before you read the file."""
        self.path = path.absolute()
        self.refused: str | None = None
        """Why the newest edit is not in force; `None` when it is."""
        self.mended_at: Micros | None = None
        """When the newest edit was made that took the place of a refused one."""
        self._adopt, self._read = adopt, reading
        self._seen = self._stamp()

    async def __aenter__(self) -> Self:
        """Begins to watch."""
        self._watching = asyncio.create_task(self._board())
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Watches no more."""
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)

    async def _board(self) -> None:
        """Nothing that goes wrong with one edit, or with the folder, ends the watch."""
        while True:
            try:
                self.look()
            except Exception:
                log.exception("an edit of the rules could not be looked at")
            await asyncio.sleep(_LOOK_EVERY)

    def look(self) -> None:
        """Reads the file if it changed."""
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            lines = self._read(self.path)
        except Misconfigured as error:
            self.refused = str(error)
            log.warning("an edit of the rules is refused; the old rules stay", why=self.refused)
            return
        if self.refused is not None and stamp is not None:
            self.mended_at = stamp.changed_ns // 1000
        self.refused = None
        self._adopt(lines)
        log.info("the rules were edited; the new ones are in force")

    def _stamp(self) -> Stamp | None:
        """What tells one state of the file from another; `None` while there is none."""
        try:
            state = self.path.stat()
        except OSError:
            return None
        # Tools may set the time of the edit as they like, but not that of the change itself.
        return Stamp(state.st_mtime_ns, state.st_ctime_ns, state.st_size, state.st_ino)
