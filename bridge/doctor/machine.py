"""The machine: where the service would run, and whether there is room."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from bridge.checkup import Examined, fine, note, wrong
from bridge.settings import Settings
from bridge.store.engine.address import sqlite_file

_SCARCE = 1_000_000_000
_TOO_LITTLE = 100_000_000
"""Bytes. A raid of 16,000 texts takes about 15 million, a backup as much again as the database."""

_MEGA = 1_000_000


def machine(settings: Settings) -> Iterator[Examined]:
    """The folder, and the disk that the database is on."""
    yield fine("machine", "folder", folder=str(Path.cwd()))
    file = sqlite_file(settings.database_url)
    folder = Path.cwd() if file is None else file.parent
    if not folder.is_dir():
        yield wrong("machine", "no_folder", folder=str(folder))
        return
    free = shutil.disk_usage(folder).free
    state = wrong if free < _TOO_LITTLE else note if free < _SCARCE else fine
    yield state("machine", "disk" if state is fine else "disk_scarce", megabytes=free // _MEGA)
