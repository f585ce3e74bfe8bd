"""`rempart init` at a real terminal: whoever has had enough stops it as they stop anything else."""

import os
import pty
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from select import select

import pytest

_INIT = "from bridge.cli import main; main()"

ENOUGH = {"Ctrl-C": b"\x03", "Ctrl-D": b"\x04"}


@contextmanager
def _asked(folder: Path) -> Iterator[tuple[int, int]]:
    """The wizard's process and the terminal that it asks at."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        bare = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TERM": "dumb"}
        os.execve(sys.executable, [sys.executable, "-c", _INIT, "init"], bare)  # noqa: S606 - ours
    try:
        yield pid, terminal
    finally:
        os.close(terminal)  # whoever still waits there is hung up


def _read_until(terminal: int, words: bytes, *, press: bytes = b"") -> None:
    """Reads; a key is pressed again as long as nothing comes of it: a signal between the prompt and the
    reading is heard with the next one."""
    said = b""
    while words not in said:
        os.write(terminal, press)
        while select([terminal], [], [], 1)[0] and words not in said:
            said += os.read(terminal, 4096)


@pytest.mark.parametrize("key", ENOUGH)
def test_it_stops_at_once_and_says_how_to_go_on(key: str, tmp_path: Path) -> None:
    with _asked(tmp_path) as (pid, terminal):
        _read_until(terminal, b"https address")
        _read_until(terminal, b"run `rempart init` again to go on.", press=ENOUGH[key])
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 1
    assert (tmp_path / ".env").read_text(encoding="utf-8").startswith("REMPART_SECRET=")
