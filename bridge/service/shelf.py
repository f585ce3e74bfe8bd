"""The copies that the service has made of its database by itself: which there are, and which may go.

A list beside them tells. What does not stand there, or is no longer what was written, is somebody else's,
and stays, whatever it is called.
"""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from errno import EEXIST
from hashlib import sha256
from pathlib import Path

from sqlalchemy.engine import URL

from bridge.clock import iso
from bridge.errors import RempartError
from bridge.model import Micros
from bridge.noun import Noun, asdict
from bridge.responses.rules import Backup
from bridge.store.engine.connecting import database_file, schema_of, shown_url
from bridge.views import Shelved, Uncopied

_PRIVATE = 0o700
_SPARE = 200_000_000
"""Bytes that a copy leaves free, for the service itself: a full disk would silence it."""


_ROUNDED_NS = 2_000_000_000
"""How far a time may be off once it comes back from a stick: FAT counts in steps of two seconds."""


class Copy(Noun):
    """One that was made."""

    name: str
    at: Micros
    size: int
    """Bytes."""
    written_ns: int
    """When it was written, as the file system says."""


class Shelf:
    """A folder with copies of one database."""

    def __init__(self, url: URL, to: str) -> None:
        """`to` as the rules name it: beside the database, or from / on. Touches nothing."""
        self._database = database_file(url)
        self.folder = (self._database.parent if self._database else Path.cwd()) / Path(to).expanduser()
        whose = str(self._database or f"{shown_url(url)} {schema_of(url)}")
        self._mark = f".rempart-{sha256(whose.encode()).hexdigest()[:8]}"
        self._stem = self._database.stem if self._database else schema_of(url) or str(url.database)
        self._ending = ".db" if self._database else ".dump"

    @property
    def fresh(self) -> Path:
        """Where one is made: under a name of ours, so that what was cut off can be cleared away."""
        return self.folder / f"{self._mark}.new"

    def copies(self) -> list[Copy]:
        """Those that still are as they were made, the oldest first; none where nothing can be read."""
        return sorted((one for one in self._listed() if self._is_ours(one)), key=lambda one: one.at)

    def newest(self, now: Micros) -> Micros | None:
        """When the newest was made, wherever somebody has taken it since; what a wrong clock dated later
        than now does not count."""
        self._name_listed()
        return max((one.at for one in self._listed() if one.at <= now), default=None)

    def make_ready(self) -> None:
        """There is a folder, what was cut off is gone, and there is room. Raises `RempartError`."""
        try:
            self.folder.mkdir(mode=_PRIVATE, exist_ok=True)
            self._name_listed()
            for left in (self.fresh, *self.folder.glob(f"{self.fresh.name}.part*")):
                left.unlink(missing_ok=True)
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            raise RempartError(f"{self.folder} cannot be used ({error.strerror}).") from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise RempartError(f"{self.folder} cannot be written to.")
        if free < self._size() + _SPARE:
            raise RempartError(f"There is too little room in {self.folder}.")

    def put(self, now: Micros) -> Path:
        """Lists what was made, and gives it its name. Raises `OSError`.

        In that order: what has a name and is on no list would stay for ever.
        """
        stamp = iso(now)[:19].replace(":", "")
        place = self.folder / f"{self._stem}-{stamp}Z{self._ending}"
        if os.path.lexists(place):
            raise FileExistsError(EEXIST, "there is a file of that name", str(place))
        standing, state = self.copies(), self.fresh.stat()
        self._note([*standing, Copy(place.name, now, state.st_size, state.st_mtime_ns)])
        try:
            self.fresh.rename(place)
        except OSError:
            self._note(standing)
            raise
        return place

    def thin_out(self, keep: int, longest: Micros, now: Micros) -> int:
        """Removes what is too many or too old, and tells how many; the newest stays. Raises `OSError`."""
        standing = self.copies()
        gone = surplus(standing, keep, longest, now)
        for one in gone:
            (self.folder / one.name).unlink(missing_ok=True)
        if gone:
            self._note([one for one in standing if one not in gone])
        return len(gone)

    def _name_listed(self) -> None:
        """Gives its name to what was cut off between the list and that."""
        for one in self._listed():
            place = self.folder / Path(one.name).name
            if self._is_it(one, self.fresh) and not os.path.lexists(place):
                with suppress(OSError):  # then it is cleared away, and made anew
                    self.fresh.rename(place)

    def _is_ours(self, one: Copy) -> bool:
        """Whether what stands under its name is what was written, and nothing that stepped into its place."""
        return Path(one.name).name == one.name and self._is_it(one, self.folder / one.name)

    @staticmethod
    def _is_it(one: Copy, place: Path) -> bool:
        try:
            state = place.lstat()
        except OSError:
            return False
        return state.st_size == one.size and abs(state.st_mtime_ns - one.written_ns) <= _ROUNDED_NS

    def _listed(self) -> list[Copy]:
        try:
            return [Copy(**one) for one in json.loads(self._list.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            return []

    def _size(self) -> int:
        return self._database.stat().st_size if self._database and self._database.exists() else 0

    @property
    def _list(self) -> Path:
        return self.folder / f"{self._mark}.json"

    def _note(self, copies: Sequence[Copy]) -> None:
        """The list is whole at any moment."""
        half = self.folder / f"{self._mark}.half"
        half.unlink(missing_ok=True)
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            json.dump([asdict(one) for one in copies], written, indent=1)
            written.flush()
            os.fsync(written.fileno())
        half.replace(self._list)


def shelved(url: URL, wanted: Backup | None, trouble: Uncopied | None) -> Shelved | None:
    """What can be told of them; `None` where the rules ask for none."""
    if wanted is None:
        return None
    shelf = Shelf(url, wanted.to)
    return Shelved(str(shelf.folder), wanted.every, wanted.keep, len(shelf.copies()), trouble)


def surplus(standing: Sequence[Copy], keep: int, longest: Micros, now: Micros) -> list[Copy]:
    """Those that are too many, and those that are kept for too long; of what there is, the newest stays.

    What is dated later than now, by a clock that was ahead, is older than what was made since.
    """
    standing = sorted(standing, key=lambda one: (one.at <= now, one.at))
    older = standing[:-1]
    too_many = max(0, len(standing) - keep)
    return [one for number, one in enumerate(older) if number < too_many or now - one.at > longest]
