"""A command of our own, in a process of its own: what takes long costs the service no memory and no time."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from subprocess import DEVNULL, Popen, TimeoutExpired
from tempfile import TemporaryFile
from threading import Thread
from typing import IO

_COMMAND = "from bridge.cli import main; main()"
_LONGEST_WORD = 500

_REST = 0.05
"""Seconds between looks at whether it has ended."""

PATIENCE = 60.0
"""Seconds in which one that is told to stop must have ended: what it wrote is to be cleared away."""

NICE = 10
"""How far it stands back behind the service's own work."""


async def run_errand(
    words: Sequence[str], environment: Mapping[str, str], *, longest: float, nice: int = NICE
) -> str:
    """What went wrong, in one sentence; empty where nothing did.

    `environment` is laid over this process's own; `longest`: seconds that it may take. Whoever is cut off
    here has it told to stop: it clears away what it has written, and ends.
    """
    with TemporaryFile() as said:
        process = _begun(words, {**os.environ, **dict(environment)}, said, nice)
        try:
            async with asyncio.timeout(longest):
                while process.poll() is None:  # noqa: ASYNC110 - an event would need a loop that still runs
                    await asyncio.sleep(_REST)
        except TimeoutError:
            return "It took too long."
        finally:
            _see_off(process)
        return "" if process.returncode == 0 else _last_word(said)


def _begun(words: Sequence[str], environment: Mapping[str, str], said: IO[bytes], nice: int) -> Popen[bytes]:
    process = Popen(  # noqa: S603 - the words are ours
        [sys.executable, "-c", _COMMAND, *words],
        env=environment,
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=said,
    )
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, nice)
    return process


def _see_off(process: Popen[bytes]) -> None:
    """Whatever still runs is told to stop. A thread waits for its end: a service that stops waits for nobody,
    and a loop that has ended can wait for nothing."""
    if process.returncode is None:
        process.send_signal(signal.SIGINT)
        Thread(target=_until_ended, args=(process,), daemon=True).start()


def _until_ended(process: Popen[bytes]) -> None:
    try:
        process.wait(PATIENCE)
    except TimeoutExpired:
        process.kill()
        process.wait()


def _last_word(said: IO[bytes]) -> str:
    said.seek(0)
    lines = said.read().decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:_LONGEST_WORD] if lines else "It ended without a word."
