"""What stands beside a database file: the control socket, at which commands knock, and the last good rules.

Light.
"""

import os
import stat
from hashlib import sha256
from pathlib import Path

from bridge.errors import Misconfigured

LAST_GOOD = ".last-good.yaml"
"""What the names of rules end with that are kept as the last good ones."""

_LONGEST_PATH = 100  # bytes that a Unix socket's path may have on every system
_SHORT_PATHS = Path("/tmp")  # noqa: S108 - in it stands a folder of our own, closed to others


def socket_path(database: Path) -> Path:
    """Where the service of a database file listens: beside the file, or where paths are short.

    Raises `Misconfigured` when the short place is not ours alone.
    """
    if is_within_reach(database):
        return _beside(database)
    return _own_folder() / f"{sha256(os.fsencode(database)).hexdigest()[:16]}.sock"


def last_good_path(database: Path) -> Path:
    """Where the last good rules of a database file are kept."""
    return database.with_name(database.name + LAST_GOOD)


def is_within_reach(database: Path) -> bool:
    """Whether the socket has its place beside the file."""
    return len(os.fsencode(_beside(database))) <= _LONGEST_PATH


def _beside(database: Path) -> Path:
    return database.with_name(database.name + ".sock")


def _own_folder() -> Path:
    folder = _SHORT_PATHS / f"rempart-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
    except OSError as error:
        raise Misconfigured(
            f"The folder {folder} cannot be made ({error.strerror}): remove what is in its place, "
            "or give the database a shorter path."
        ) from error
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o077:
        raise Misconfigured(f"{folder} belongs to someone else, or is open to others: remove it.")
    return folder
