"""Lives of the service, one after the other, as the harness begins and ends them."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

KILLED = -signal.SIGKILL


@dataclass(frozen=True, slots=True)
class Life:
    """One process of the service."""

    pid: int
    ended: "asyncio.Task[int]"
    """Its exit status; minus the signal for one that was killed."""

    async def end(self, number: signal.Signals) -> int:
        """Sends the signal, unless it has ended, and returns the exit status."""
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
        return await self.ended


class Nursery:
    """Begins lives; one at a time."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def begin(self, environment: Mapping[str, str]) -> Life:
        """A new life."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(dict(environment)).encode() + b"\n")
        pid = await self._number()
        return Life(pid, asyncio.create_task(self._number()))

    async def _number(self) -> int:
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())


@asynccontextmanager
async def nursery(log: Path) -> AsyncIterator[Nursery]:
    """A place where lives begin; what they report goes to `log`. No life may be left at the end."""
    arguments = "-m", "tests.chaos.nursery", str(log)
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=PIPE, stdout=PIPE)
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
