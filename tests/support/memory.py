"""Room in memory for files, where the machine lends enough."""

import os
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own are made in it
_ROOM = 2 * 1024**3


def roomy() -> Path | None:
    """A folder that no disk is behind: to copy a database takes a disk ten times as long."""
    lent = _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    return _MEMORY if lent else None


def use() -> None:
    """From now on, for all files of tests and of what they start: thousands are synced and thrown away.

    Whoever names another folder in TMPDIR has it.
    """
    folder = os.environ.get("TMPDIR") or roomy()
    if folder is not None:
        os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
