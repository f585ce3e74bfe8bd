"""What the workers of one run have in common, and how they wait for each other."""

import os
import tempfile
import time
from pathlib import Path

_FIRST = "gw0"
_ME = os.environ.get("PYTEST_XDIST_WORKER", _FIRST)
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
_LONGEST = 120.0
"""Seconds after which nobody waits for the first worker any more."""


def shared(name: str) -> Path:
    """A place of that name that all workers of this run know, and nobody else uses."""
    return Path(tempfile.gettempdir()) / f"rempart-{name}-{_RUN}"


def wait_for_the_first() -> None:
    """Until it has collected: on a new machine, whoever collects at the same time compiles the same again."""
    latest = time.monotonic() + _LONGEST
    while _ME != _FIRST and not shared("collected").exists() and time.monotonic() < latest:
        time.sleep(0.05)


def has_collected() -> None:
    """Lets the others begin, in the first worker."""
    if _ME == _FIRST and "PYTEST_XDIST_WORKER" in os.environ:
        shared("collected").touch()


def has_ended() -> None:
    """Leaves nothing behind."""
    if _ME == _FIRST:
        shared("collected").unlink(missing_ok=True)
