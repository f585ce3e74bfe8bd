"""Files that stand beside a database: closed to other users, and still there after the power failed."""

import os
from pathlib import Path


def beside(path: Path, ending: str) -> Path:
    """The file of that name, with something behind it."""
    return path.with_name(path.name + ending)


def open_privately(path: Path) -> int:
    """A descriptor of a file that, where it is new, `make_privately` makes. Raises `OSError`."""
    try:
        return make_privately(path)
    except FileExistsError:
        return os.open(path, _FLAGS | os.O_CREAT, 0o600)  # behind a link there may be none yet


def make_privately(path: Path) -> int:
    """A descriptor of a new file that only its owner can read; it belongs to whom its folder belongs to, also
    when root runs a command there. Raises `OSError`, where there is one of that name."""
    descriptor = os.open(path, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
    folder = path.parent.stat()
    if os.geteuid() == 0 and folder.st_uid != 0:
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor


_FLAGS = os.O_RDWR | os.O_CLOEXEC


def sync(folder: Path) -> None:
    """Which files stand in a folder is on the disk when this returns. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
