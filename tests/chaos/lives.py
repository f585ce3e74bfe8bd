"""Lives of the service, one after the other or several at once, as the harness begins and ends them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.chaos.hurry import hurry
from tests.support.forks import Fork

KILLED = -signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Life:
    """One process of the service."""

    pid: int
    ended: "asyncio.Future[int]"
    """Its exit status; minus the signal for one that was killed."""

    async def end(self, number: signal.Signals) -> int:
        """Sends the signal, unless it has ended, and returns the exit status."""
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
        return await asyncio.shield(self.ended)  # it ends, also when nobody waits for it any more


class Nursery:
    """Begins lives: a fork costs a fifth of a second instead of two."""

    def __init__(self, log: Path, folder: Path) -> None:
        """What they report goes to `log`; `folder` is for their ends."""
        self._log, self._folder = log, folder
        self._lives = 0

    async def begin(self, environment: Mapping[str, str]) -> Life:
        """A new life, in a hurry: `rempart run`, with this in its environment."""
        self._lives += 1
        fork = Fork(
            ("run",),
            {**os.environ, **environment},
            Path.cwd(),
            (Path(os.devnull), self._log),
            status=self._folder / f"{self._lives}.status",
            first=f"{hurry.__module__}:{hurry.__name__}",
        )
        return Life(fork.pid, asyncio.create_task(_end(fork)))


async def _end(fork: Fork) -> int:
    while (status := fork.poll()) is None:
        await asyncio.sleep(0.01)
    return status


@asynccontextmanager
async def nursery(log: Path) -> AsyncIterator[Nursery]:
    """A place where lives begin; what they report goes to `log`. No life may be left at the end."""
    with TemporaryDirectory() as folder:
        yield Nursery(log, Path(folder))
