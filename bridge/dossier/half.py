"""Where a dossier stands while it is made: a folder beside its file, closed to others, and gone afterwards.

It holds texts and numbers, so whoever is cut off leaves them there until the next export beside it. Whoever
makes one holds its folder: two may be made at once, and neither clears away what the other is busy with.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from time import time

HALF = ".rempart-dossier-"
"""With what the name of such a folder begins."""

_FRESH = 10.0
"""Seconds within which whoever made a folder holds it."""


@contextmanager
def workshop(beside: Path) -> Iterator[Path]:
    """A folder to work in, in the folder `beside`; what was cut off there is cleared away first."""
    _clear_away(beside)
    folder = Path(mkdtemp(prefix=HALF, dir=beside))
    held = _hold(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        _let_go(held)


def _clear_away(beside: Path) -> None:
    for left in beside.glob(f"{HALF}*"):
        held = None if _is_fresh(left) else _hold(left)
        if held is not None:
            shutil.rmtree(left, ignore_errors=True)
            _let_go(held)


def _is_fresh(folder: Path) -> bool:
    try:
        return time() - folder.lstat().st_mtime < _FRESH
    except OSError:  # it is gone already
        return True


def _hold(folder: Path) -> int | None:
    """`None` where somebody else does, or where the file system cannot tell."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _let_go(held: int | None) -> None:
    if held is not None:
        os.close(held)
