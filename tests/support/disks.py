"""A real disk of two megabytes, and one that is full."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

_BLOCK = b"\0" * 4096


@contextmanager
def small_disk(place: Path) -> Iterator[Path]:
    """Mounts a tmpfs at `place`. Skips the test where this machine does not allow it."""
    place.mkdir()
    mount = shutil.which("mount")
    options = "-t", "tmpfs", "-o", "size=2m,mode=0700", "rempart-tests", str(place)
    if mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("This machine does not let tests mount a disk: run them as root on Linux.")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@contextmanager
def full(disk: Path) -> Iterator[None]:
    """Somebody else's file takes whatever room there is, to the last byte."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(_BLOCK):
            pass
    try:
        yield
    finally:
        filler.unlink()
