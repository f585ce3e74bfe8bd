"""Lives of the service, one after the other or several at once, as the harness begins and ends them."""

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
    ended: "asyncio.Future[int]"
    """Its exit status; minus the signal for one that was killed."""

    async def end(self, number: signal.Signals) -> int:
        """Sends the signal, unless it has ended, and returns the exit status."""
        if not self.ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)
        return await asyncio.shield(self.ended)  # it ends, also when nobody waits for it any more


class Nursery:
    """Begins lives, and hears of their ends."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._begun: asyncio.Queue[Life] = asyncio.Queue()
        self._ends: dict[int, asyncio.Future[int]] = {}
        self.hearing = asyncio.create_task(self._hear())

    async def begin(self, environment: Mapping[str, str]) -> Life:
        """A new life. Several begin in the order in which they are asked for."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(dict(environment)).encode() + b"\n")
        return await self._begun.get()

    async def _hear(self) -> None:
        assert self._process.stdout is not None
        loop = asyncio.get_running_loop()
        while line := await self._process.stdout.readline():
            word, pid, *status = line.decode().split()
            if word == "began":
                end = self._ends[int(pid)] = loop.create_future()
                self._begun.put_nowait(Life(int(pid), end))
            else:
                self._ends.pop(int(pid)).set_result(int(status[0]))


@asynccontextmanager
async def nursery(log: Path) -> AsyncIterator[Nursery]:
    """A place where lives begin; what they report goes to `log`. No life may be left at the end."""
    arguments = "-m", "tests.chaos.nursery", str(log)
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=PIPE, stdout=PIPE)
    born = Nursery(process)
    try:
        yield born
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await born.hearing
