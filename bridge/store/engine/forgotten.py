"""The list beside a database file of whom it has forgotten: keyed hashes, which tell nothing by themselves.

A copy that was made earlier still knows these people: `rempart restore` reads the list, and forgets them
again. The database holds the same; the list is for the day on which it cannot be read any more.
"""

import os
from collections.abc import Collection, Mapping
from pathlib import Path

from bridge.model import Micros, SenderId
from bridge.store.engine.files import open_privately

_ENDING = ".forgotten"


def list_of(database: Path) -> Path:
    """Where the list of a database file stands."""
    return database.with_name(database.name + _ENDING)


def note(path: Path, who: Collection[SenderId], now: Micros) -> None:
    """Adds people, for good when it returns. Raises `OSError`."""
    with os.fdopen(open_privately(path), "r+b") as written:
        broken = written.seek(0, os.SEEK_END) and os.pread(written.fileno(), 1, written.tell() - 1) != b"\n"
        # Behind a line that was cut off the next would be part of it, and be passed over, too.
        written.write(b"\n" * broken + "".join(f"{one} {now}\n" for one in sorted(who)).encode())
        written.flush()
        os.fsync(written.fileno())


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
