"""The process that forks come from, one for all workers of a run: it has served somebody, and need not start.

Whoever dials its socket is greeted; then, for each line, an order as JSON, a fork of this process becomes the
command, and its id is the answer. Once the fork has ended, its exit status stands in a file. It ends with the
last who dialled.
"""

import asyncio
import atexit
import gc
import importlib
import io
import json
import os
import pkgutil
import selectors
import signal
import socket
import sys
import tempfile
import threading
import traceback
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn, TextIO, TypedDict

from bridge import cli
from bridge.wording import LANGUAGES
from bridge.wording.catalogue import catalogue
from tests.support import compiled
from tests.support.house import opened, until

LONGEST = 60
"""Seconds after which a command is killed that is run to its end."""

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


class Order(TypedDict):
    """What a fork is to become."""

    words: Sequence[str]
    """Of the command, after its name."""
    env: dict[str, str]
    cwd: str
    told: Sequence[str]
    """The files that its standard output and error are written on to."""
    status: str
    """The file in which its exit status stands once it has ended; nowhere where its folder is gone."""
    longest: int
    """Seconds after which it is killed; never where 0."""
    first: str
    """A function that it calls before it is the command, `module:name`; none where empty."""


def load() -> None:
    """Everything that any command loads; and what each would work out anew is worked out once."""
    for module in _LOADED_LATE:
        importlib.import_module(module)
    compiled.share()
    with TemporaryDirectory() as folder, redirect_stdout(io.StringIO()):  # what it says is no answer
        asyncio.run(_rehearsal(Path(folder)))
    for language in LANGUAGES:
        catalogue(language)
    for thread in {*threading.enumerate()} - {threading.main_thread()}:
        thread.join(LONGEST)  # a fork would have to do without it
    gc.collect()
    gc.freeze()  # what is there already is looked through by no fork, and so copied by none


async def _rehearsal(folder: Path) -> None:
    """A service on a new file answers somebody: whatever is done once a process is done by then."""
    file = folder / "rempart.db"
    file.touch()
    async with opened(f"sqlite:///{file}", folder) as house:
        await house.provider.text("+33612345678", "Salut")
        await until(lambda: house.replies("delivered"), "somebody was answered")
        await house.service.counter.standing.status()


class _Ancestor:
    """Takes orders. In a fork, `serve` returns the order."""

    def __init__(self, place: Path) -> None:
        self._door = socket.socket(socket.AF_UNIX)
        self._place = place
        self._door.bind(str(place))
        self._door.listen(64)
        self._lines: dict[socket.socket, TextIO] = {}
        self._statuses: dict[int, Path] = {}
        signal.signal(signal.SIGCHLD, self._write_down)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # those who dialled end, and so does this

    def serve(self) -> Order:
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._door, selectors.EVENT_READ)
            while True:
                for key, _ in waiting.select():
                    if key.fileobj is self._door:
                        waiting.register(self._answer(), selectors.EVENT_READ)
                    elif order := self._hear(key.fileobj):  # type: ignore[arg-type]  # a socket of ours
                        return order
                    elif key.fileobj not in self._lines:
                        waiting.unregister(key.fileobj)
                        self._end_with_the_last()

    def _answer(self) -> socket.socket:
        caller, _ = self._door.accept()
        caller.sendall(b"yes?\n")
        self._lines[caller] = caller.makefile("r", encoding="utf-8")
        return caller

    def _hear(self, caller: socket.socket) -> Order | None:
        """Its order, in a fork; `None` in the process itself, which no longer knows one that hung up."""
        line = self._lines[caller].readline()
        if not line:
            self._lines.pop(caller).close()
            caller.close()
            return None
        order: Order = json.loads(line)
        descriptors = [os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) for path in order["told"]]
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # whoever is not known cannot end
        child = os.fork()
        if not child:
            self._let_go()
            _become(order, descriptors)
            return order
        self._statuses[child] = Path(order["status"])
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        for descriptor in descriptors:
            os.close(descriptor)
        caller.sendall(b"%d\n" % child)
        return None

    def _let_go(self) -> None:
        for caller, line in self._lines.items():
            line.close()
            caller.close()
        self._door.close()

    def _end_with_the_last(self) -> None:
        if not self._lines:
            self._door.close()
            self._place.unlink()
            os._exit(0)

    def _write_down(self, *_signal: object) -> None:
        """Whoever has ended: one signal may stand for several."""
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                status = self._statuses.pop(ended[0])
                written = status.with_suffix(".new")
                with suppress(FileNotFoundError):  # nobody wants to know any more
                    written.write_text(str(os.waitstatus_to_exitcode(ended[1])))
                    written.rename(status)


def _become(order: Order, told: Sequence[int]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for descriptor, instead in enumerate((os.open(os.devnull, os.O_RDONLY), *told)):
        os.dup2(instead, descriptor)
    sys.stdout, sys.stderr = (os.fdopen(one, "w", buffering=1, closefd=False) for one in (1, 2))
    os.environ.clear()
    os.environ.update(order["env"])
    tempfile.tempdir = None  # it is where the environment says
    os.chdir(order["cwd"])
    sys.argv = ["rempart", *order["words"]]
    signal.alarm(order["longest"])
    module, _, name = order["first"].partition(":")
    if module:
        getattr(importlib.import_module(module), name)()


def _run() -> NoReturn:
    """Ends as an interpreter does, but takes nothing apart: that would copy all that was there before it."""
    status: Any = 0
    try:
        cli.main()
    except SystemExit as ended:
        status = ended.code
    except BaseException:  # noqa: BLE001 - nobody else would tell of it
        traceback.print_exc()
        status = 1
    if isinstance(status, str):
        sys.stderr.write(f"{status}\n")
    threading._shutdown()  # type: ignore[attr-defined]  # first of all, as the interpreter does
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status if isinstance(status, int) else bool(status))


if __name__ == "__main__":
    load()
    ancestor = _Ancestor(Path(sys.argv[1]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    ancestor.serve()
    _run()
