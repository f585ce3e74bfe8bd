"""`rempart` as a process of its own that need not start from nothing: a fork of one that has run already.

A command then takes a tenth of a second instead of two: imports, plugins and statements are there.
"""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from tests.support import ancestor
from tests.support.ancestor import LONGEST, Order
from tests.support.workers import shared

_ROOT = Path(__file__).parents[2]


def forked(*words: str, env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    with TemporaryDirectory() as folder:
        told = [Path(folder) / name for name in ("stdout", "stderr")]
        status = Fork(words, env, cwd, told, status=Path(folder) / "status", longest=LONGEST).wait()
        out, err = (one.read_text(encoding="utf-8") for one in told)
    return subprocess.CompletedProcess(["rempart", *words], status, out, err)


@contextmanager
def begun(*words: str, env: Mapping[str, str], cwd: Path) -> Iterator["Fork"]:
    """A command that goes on meanwhile; killed at the end if it still runs."""
    with TemporaryDirectory() as folder:
        said = Path(folder) / "stderr"
        os.mkfifo(said)
        reading = os.open(said, os.O_RDONLY | os.O_NONBLOCK)  # else to open it waits for somebody who writes
        process = Fork(words, env, cwd, (Path(os.devnull), said), status=Path(folder) / "status")
        os.set_blocking(reading, True)
        with os.fdopen(reading, encoding="utf-8") as process.stderr:
            try:
                yield process
            finally:
                process.kill()
                process.wait()


class Fork:
    """What tests do with a process: a part of `subprocess.Popen`."""

    stderr: TextIO

    def __init__(
        self,
        words: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
        told: Sequence[Path],
        *,
        status: Path,
        longest: int = 0,
        first: str = "",
    ) -> None:
        """`told`: where its standard output and error go; `status`: a file that is made once it has ended.

        `longest`: seconds after which it is killed; never where 0. `first`: see `Order`.
        """
        self._status = status
        self.pid = _asked(
            Order(
                words=words,
                env=dict(env),
                cwd=str(cwd),
                told=[*map(str, told)],
                status=str(status),
                longest=longest,
                first=first,
            )
        )
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, minus the signal for one that was killed; `None` while it runs."""
        if self.returncode is None and self._status.exists():
            self.returncode = int(self._status.read_text())
        return self.returncode

    def wait(self, timeout: float = LONGEST) -> int:
        """Its exit status, once it has ended. Raises `TimeoutExpired` after so many seconds."""
        latest = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > latest:
                raise subprocess.TimeoutExpired("rempart", timeout)
            time.sleep(0.005)
        return status

    def communicate(self, timeout: float) -> tuple[None, str]:
        """What it says until it ends; it is killed after so many seconds."""
        late = threading.Timer(timeout, self.kill)
        late.start()
        try:
            said = self.stderr.read()
            self.wait()
        finally:
            late.cancel()
        return None, said

    def send_signal(self, number: int) -> None:
        """Nothing to one that has ended."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """It has no time for anything."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """It is asked to end."""
        self.send_signal(signal.SIGTERM)


_one_at_a_time = threading.Lock()


def _asked(order: Order) -> int:
    """The id of the process that becomes it."""
    with _one_at_a_time:
        line = _line()
        line.write(json.dumps(order) + "\n")
        line.flush()
        return int(line.readline())


@cache
def _line() -> TextIO:
    """To the process that forks come from; whoever of a run is first begins it."""
    place = shared("forks")
    with Path(ancestor.__file__).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # a second one meanwhile waits until it can be dialled
        line = _dialled(place) or _dialled(_begun(place))
    if line is None:
        raise RuntimeError(f"Nobody answers at {place}: see what the process said that was begun.")
    return line


def _dialled(place: Path) -> TextIO | None:
    """A line to whoever answers there."""
    caller = socket.socket(socket.AF_UNIX)
    try:
        caller.connect(str(place))
    except OSError:
        caller.close()
        return None
    line = caller.makefile("rw", encoding="utf-8")
    caller.close()  # with the line
    return line if line.readline() else None


def _begun(place: Path) -> Path:
    place.unlink(missing_ok=True)
    arguments = [sys.executable, "-m", "tests.support.ancestor", str(place)]
    process = subprocess.Popen(
        arguments, cwd=_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    _processes.append(process)
    assert process.stdout is not None
    process.stdout.readline()
    return place


_processes: list[subprocess.Popen[str]] = []
"""It ends with the last who dialled, of whatever worker: nobody waits for it."""
