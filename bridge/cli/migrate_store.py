"""`rempart migrate-store`: to another database, with what is done on stderr meanwhile."""

import sys
from contextlib import suppress
from time import monotonic

from bridge.cli.speech import words
from bridge.cli.terminal import put_line
from bridge.environment import read_environment
from bridge.errors import RempartError
from bridge.observability import configure_logging
from bridge.service.in_force import in_force
from bridge.service.moving import Moved, move
from bridge.settings import Settings, read_settings

_SELDOM = 2.0
"""Seconds between two lines about the same."""


async def migrate_store(origin: str, destination: str) -> None:
    """Moves everything, and says what to do next. Raises `RempartError`."""
    configure_logging()
    settings = read_settings(read_environment())
    moved = await move(origin, destination, settings.keys().recognition, Progress())
    put_line(_told(moved, _ALL_LINES if _several(settings) else _ALONE))


_ALONE = "Set REMPART_DATABASE_URL to TO's address, and start Rempart."

_ALL_LINES = (
    "There are several lines, each with a database of its own: move each of them, then set "
    "REMPART_DATABASE_URL to the new address of the first one's, and start Rempart."
)
"""A service that is started before would make an empty one for each that was not moved yet."""


def _several(settings: Settings) -> bool:
    """Whether the rules have several lines; where there are no rules, nobody can know."""
    with suppress(RempartError):
        return len(in_force(settings).lines) > 1
    return False


def _told(moved: Moved | None, next_step: str) -> str:
    if moved is None:
        return f"FROM was moved to TO before: there is nothing left to do. {next_step}"
    rows = sum(moved.rows.values())
    return (
        f"Everything was moved: {words().some('rows', rows)} in {words().some('tables', len(moved.rows))}, "
        f"the same on both sides, and the evidence chain holds up to place {moved.place:,}. {next_step}"
    )


class Progress:
    """What is being done, in a line every two seconds, and when it is done."""

    def __init__(self) -> None:
        """Has said nothing yet."""
        self._said = 0.0

    def __call__(self, what: str, done: int, total: int) -> None:
        """Says so, if it is time."""
        if done >= total or monotonic() - self._said > _SELDOM:
            self._said = monotonic()
            put_line(f"{what}: {done:,} of {total:,}", error=True)
            sys.stderr.flush()
