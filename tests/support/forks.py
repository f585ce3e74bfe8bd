"""`rempart` as a process of its own that need not start from nothing: a fork of one that has all imports.

A command then takes a tenth of a second instead of two. For each line on standard input, a command as JSON,
a fork of this process becomes that command; its exit status is printed once it has ended.
"""

import atexit
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bridge import cli

LONGEST = 60
"""Seconds after which a command is killed."""

_ROOT = Path(__file__).parents[2]
_LOADED_LATE = (
    *(module.name for module in pkgutil.iter_modules(cli.__path__, "bridge.cli.")),
    *("asyncio", "alembic.command", "babel.messages.mofile", "babel.messages.pofile", "babel.support"),
    *("bridge.service.alone", "phonenumbers", "rich.console"),
    *("bridge.service.backups", "channels.slack.slack", "channels.sms", "channels.telegram"),
    *("sqlalchemy.dialects.sqlite.aiosqlite", "sqlalchemy.dialects.postgresql.asyncpg"),
)


def forked(*words: str, env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs one command to its end."""
    with TemporaryDirectory() as folder:
        told = [str(Path(folder) / name) for name in ("stdout", "stderr")]
        status = _ask({"words": words, "env": dict(env), "cwd": str(cwd), "told": told})
        out, err = (Path(one).read_text(encoding="utf-8") for one in told)
    return subprocess.CompletedProcess(["rempart", *words], status, out, err)


def _ask(order: Mapping[str, Any]) -> int:
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


def _wait_for_an_order() -> None:
    """Returns in a fork, once for each order; the parent of them all ends with the last."""
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(**json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - the answer
    sys.exit()


def _become(words: Sequence[str], env: Mapping[str, str], cwd: str, told: Sequence[str]) -> None:
    for descriptor, path in enumerate((os.devnull, *told)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), descriptor)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.argv = ["rempart", *words]
    signal.alarm(LONGEST)


if __name__ == "__main__":
    for module in _LOADED_LATE:
        importlib.import_module(module)
    _wait_for_an_order()
    cli.main()
