"""Files that stand beside a database: closed to other users, and still there after the power failed."""

import os
from pathlib import Path


def beside(path: Path, ending: str) -> Path:
    """The file of that name, with something behind it."""
    return path.with_name(path.name + ending)


def open_privately(path: Path) -> int:
    """A descriptor of a file that, where it is new, only its owner can read; it belongs to whom its folder
    belongs to, also when root runs a command there. Raises `OSError`."""
    flags = os.O_RDWR | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return os.open(path, flags | os.O_CREAT, 0o600)  # behind a link there may be none yet
    folder = path.parent.stat()
    if os.geteuid() == 0 and folder.st_uid != 0:
        os.fchown(descriptor, folder.st_uid, folder.st_gid)
    return descriptor


def sync(folder: Path) -> None:
    """Which files stand in a folder is on the disk when this returns. Raises `OSError`."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
