"""`rempart` as a process of its own that need not start from nothing: a fork of one that has run already.

A command then takes a tenth of a second instead of two: imports, plugins and statements are there. For each
line on standard input, a command as JSON, a fork of this process becomes that command, and its id is printed;
once it has ended, its exit status stands in a file.
"""

import asyncio
import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from bridge import cli
from bridge.wording import LANGUAGES
from bridge.wording.catalogue import catalogue
from tests.support import compiled
from tests.support.house import opened, until

LONGEST = 60
"""Seconds after which a command is killed that is run to its end."""

_ROOT = Path(__file__).parents[2]
_LOADED_LATE = (
    *(module.name for module in pkgutil.iter_modules(cli.__path__, "bridge.cli.")),
    *(
        "asyncio",
        "anyio._backends._asyncio",
        "babel.messages.mofile",
        "babel.messages.pofile",
        "babel.support",
    ),
    *("bridge.demo.run", "bridge.dossier.checking", "bridge.service.alone", "bridge.service.evidence"),
    *("phonenumbers", "pyrage", "rich.console", "typst"),
    *("bridge.service.backups", "channels.doors", "channels.slack.slack", "channels.sms"),
    *("channels.telegram", "phonenumbers.data.region_FR"),
    *("sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.dialects.postgresql.asyncpg"),
    *("twilio.rest.api.v2010.account.message", "twilio.rest.pricing.v1.messaging.country"),
    *("twilio.rest.pricing.v2", "uvicorn.lifespan.off", "uvicorn.protocols.http.httptools_impl"),
)


def load() -> None:
    """Everything that any command loads; and what each would work out anew is worked out once."""
    for module in _LOADED_LATE:
        importlib.import_module(module)
    compiled.share()
    with (
        TemporaryDirectory() as folder,
        redirect_stdout(io.StringIO()),
    ):  # what it says is no answer to an order
        asyncio.run(_rehearsal(Path(folder)))
    for language in LANGUAGES:
        catalogue(language)
    for thread in {*threading.enumerate()} - {threading.main_thread()}:
        thread.join(LONGEST)  # a fork would have to do without it
    gc.collect()
    gc.freeze()  # what is there already is looked through by no fork, and so copied by none


async def _rehearsal(folder: Path) -> None:
    """A service on a new file answers somebody: whatever is done once a process is done by then."""
    async with opened(f"sqlite:///{folder / 'rempart.db'}", folder) as house:
        await house.provider.text("+33612345678", "Salut")
        await until(lambda: house.replies("delivered"), "somebody was answered")
        await house.service.counter.status()


def forked(*words: str, env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    with TemporaryDirectory() as folder:
        told = [Path(folder) / name for name in ("stdout", "stderr")]
        status = Fork(words, env, cwd, told, LONGEST).wait()
        out, err = (one.read_text(encoding="utf-8") for one in told)
    return subprocess.CompletedProcess(["rempart", *words], status, out, err)


@contextmanager
def begun(*words: str, env: Mapping[str, str], cwd: Path) -> Iterator["Fork"]:
    """A command that goes on meanwhile; killed at the end if it still runs."""
    with TemporaryDirectory() as folder:
        said = Path(folder) / "stderr"
        os.mkfifo(said)
        reading = os.open(said, os.O_RDONLY | os.O_NONBLOCK)  # else to open it waits for somebody who writes
        process = Fork(words, env, cwd, (Path(os.devnull), said))
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
        self, words: Sequence[str], env: Mapping[str, str], cwd: Path, told: Sequence[Path], longest: int = 0
    ) -> None:
        """`told`: where its standard output and error go; the last stands in a folder of its own.

        `longest`: seconds after which it is killed; never where 0.
        """
        self._status = told[-1].with_name("status")
        self.pid = _order(words, dict(env), str(cwd), list(map(str, told)), str(self._status), longest)
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


def _order(*order: object) -> int:
    """The id of the process that becomes it."""
    with _one_at_a_time:
        parent = _parent()
        assert parent.stdin
        assert parent.stdout
        parent.stdin.write(json.dumps(order) + "\n")
        parent.stdin.flush()
        return int(parent.stdout.readline())


@cache
def _parent() -> subprocess.Popen[str]:
    arguments = [sys.executable, "-m", "tests.support.forks"]
    parent = subprocess.Popen(arguments, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    atexit.register(parent.communicate)
    return parent


_statuses: dict[int, Path] = {}


def _wait_for_an_order() -> None:
    """Returns in a fork, once for each order; the parent of them all ends with the last."""
    signal.signal(signal.SIGCHLD, _write_down)
    for line in sys.stdin:
        words, env, cwd, told, status, longest = json.loads(line)
        descriptors = [os.open(path, os.O_WRONLY | os.O_CREAT, 0o600) for path in told]
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # whoever is not known cannot end
        child = os.fork()
        if not child:
            _become(words, env, cwd, descriptors, longest)
            return
        _statuses[child] = Path(status)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        for descriptor in descriptors:
            os.close(descriptor)
        print(child, flush=True)  # noqa: T201 - the answer
    sys.exit()


def _write_down(*_signal: object) -> None:
    """Whoever has ended: one signal may stand for several."""
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            status = _statuses.pop(ended[0])
            written = status.with_suffix(".new")
            with suppress(FileNotFoundError):  # nobody wants to know any more
                written.write_text(str(os.waitstatus_to_exitcode(ended[1])))
                written.rename(status)


def _become(
    words: Sequence[str], env: Mapping[str, str], cwd: str, told: Sequence[int], longest: int
) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for descriptor, instead in enumerate((os.open(os.devnull, os.O_RDONLY), *told)):
        os.dup2(instead, descriptor)
    sys.stdout, sys.stderr = (os.fdopen(one, "w", buffering=1, closefd=False) for one in (1, 2))
    os.environ.clear()
    os.environ.update(env)
    tempfile.tempdir = None  # it is where the environment says
    os.chdir(cwd)
    sys.argv = ["rempart", *words]
    signal.alarm(longest)


if __name__ == "__main__":
    load()
    _wait_for_an_order()
    cli.main()
