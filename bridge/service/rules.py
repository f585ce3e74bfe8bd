"""Keeps the rules in force in step with their file; a bad edit is refused, and the old rules stay."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Self

import structlog
from watchfiles import awatch

from bridge.errors import Misconfigured
from bridge.responses import Responses, read

_LOOK_AGAIN_MS = 3_000
"""Some file systems announce no changes: look at least this often."""

log = structlog.get_logger("rempart.rules")


class RulesWatch:
    """Watches one `responses.yaml`."""

    def __init__(self, path: Path, adopt: Callable[[Responses], None]) -> None:
        """`adopt` is called with each good edit."""
        self.path = path.absolute()
        self.refused: str | None = None
        """Why the newest edit is not in force; `None` when it is."""
        self._adopt = adopt
        self._seen = self._stamp()

    async def __aenter__(self) -> Self:
        """Begins to watch."""
        self._watching = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Watches no more."""
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)

    async def _watch(self) -> None:
        changes = awatch(
            self.path.parent,
            recursive=False,
            rust_timeout=_LOOK_AGAIN_MS,
            yield_on_timeout=True,
            debounce=200,
        )
        async for _ in changes:
            self.look()

    def look(self) -> None:
        """Reads the file if it changed."""
        stamp = self._stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        try:
            responses = read(self.path)
        except Misconfigured as error:
            self.refused = str(error)
            log.warning("an edit of the rules is refused; the old rules stay", why=self.refused)
            return
        self.refused = None
        self._adopt(responses)
        log.info("the rules were edited; the new ones are in force")

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            state = self.path.stat()
        except OSError:
            return None
        return state.st_mtime_ns, state.st_size, state.st_ino
