"""The list beside a database file of whom it has forgotten: keyed hashes, which tell nothing by themselves.

A copy that was made earlier still knows these people: `rempart restore` reads the list, and forgets them
again. The database holds the same; the list is for the day on which it cannot be read any more.
"""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from bridge.model import Micros, SenderId

_ENDING = ".forgotten"


def list_of(database: Path) -> Path:
    """Where the list of a database file stands."""
    return database.with_name(database.name + _ENDING)


def note(path: Path, who: Collection[SenderId], now: Micros) -> None:
    """Adds people, for good when it returns. Raises `OSError`."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, "".join(f"{one} {now}\n" for one in sorted(who)).encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read(path: Path) -> Mapping[SenderId, Micros]:
    """When each was forgotten last; a line that was cut off is passed over. Raises `OSError`."""
    found: dict[SenderId, Micros] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="ascii", errors="replace").splitlines():
        who, _, at = line.partition(" ")
        if len(who) == _DIGITS and at.isdigit():
            found[SenderId(who)] = max(int(at), found.get(SenderId(who), 0))
    return found


_DIGITS = 32  # of a keyed hash
