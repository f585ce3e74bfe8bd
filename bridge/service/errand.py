"""A command of our own, in a process of its own: what takes long costs the service no memory and no time."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

_COMMAND = "from bridge.cli import main; main()"
_LONGEST_WORD = 500

NICE = 10
"""How far it stands back behind the service's own work."""


async def run_errand(
    words: Sequence[str], environment: Mapping[str, str], *, longest: float, nice: int = NICE
) -> str:
    """What went wrong, in one sentence; empty where nothing did.

    `environment` is laid over this process's own; `longest`: seconds that it may take. Whoever is cut off
    here has it told to stop: it clears away what it has written, and ends.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _COMMAND,
        *words,
        env={**os.environ, **dict(environment)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, process.pid, nice)
    try:
        async with asyncio.timeout(longest):
            _, said = await process.communicate()
    except TimeoutError:
        return "It took too long."
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
    return "" if process.returncode == 0 else _last_word(said)


def _last_word(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:_LONGEST_WORD] if lines else "It ended without a word."
