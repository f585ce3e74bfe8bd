"""Where lives of the service begin: all is imported once, and each life is a fork that runs `rempart run`.

A life then costs a fifth of a second instead of two. For each line on standard input, the environment of a
life as JSON, it says `began` and the process id; once a life has ended, `ended`, its process id and its exit
status (-9 for a kill).
The service looks and retries more often here than in service, so that a run takes minutes and not hours.
"""

import json
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from bridge.cli import main
from bridge.loops import dispatch, reconcile
from bridge.service import pipeline
from channels import sms
from channels.twilio import looks
from tests.chaos.points import arm
from tests.support import forks

_HURRIED: tuple[tuple[Any, str, Any], ...] = (
    (reconcile, "REST", 0.5),
    (reconcile, "LONG_ENOUGH", 3_000_000),
    (pipeline, "RECOVER_EVERY", 0.5),
    (dispatch, "_ABANDONED", 3_000_000),
    (dispatch, "_PATIENCE", (300_000, 1_000_000)),
    (looks, "_SELDOM", 1.0),
    (looks, "_OVERLAP", 20_000_000),
    (sms.Sms, "patience_seconds", 1),
)


def _hurry() -> None:
    for owner, name, value in _HURRIED:
        if not hasattr(owner, name):
            raise AttributeError(f"There is no {name} to hurry.")
        setattr(owner, name, value)


def _live(environment: Mapping[str, str], log: Path) -> NoReturn:
    """The real command, in a process of its own."""
    nothing, told = os.open(os.devnull, os.O_RDWR), os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor, instead in enumerate((nothing, nothing, told)):
        os.dup2(instead, descriptor)
    os.environ.update(environment)
    arm(environment.get("CRASH_AT", ""))
    sys.argv = ["rempart", "run"]
    try:
        main()
    except SystemExit as ended:
        os._exit(int(ended.code or 0))
    os._exit(1)


def _nurse(log: Path) -> None:
    signal.signal(signal.SIGCHLD, _report)
    for order in sys.stdin:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # whoever has not begun cannot end
        life = os.fork()
        if not life:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            _live(json.loads(order), log)
        _say(f"began {life}")
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def _report(*_signal: object) -> None:
    """Says who has ended: one signal may stand for several."""
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            _say(f"ended {ended[0]} {os.waitstatus_to_exitcode(ended[1])}")


def _say(line: str) -> None:
    """Unbuffered: a signal may come in the middle of anything."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


if __name__ == "__main__":
    forks.load()
    _hurry()
    _nurse(Path(sys.argv[1]))
