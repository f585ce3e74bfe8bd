"""The file `.env`, as the wizard writes it: an answer at a time, closed to other users from the start."""

import os
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path

from dotenv import set_key, unset_key

from bridge.environment import read_dotenv
from bridge.errors import Misconfigured

PRIVATE = 0o600


class Written:
    """What stands in a `.env`; lines that are not ours stay as they are."""

    def __init__(self, path: Path) -> None:
        """Nothing is made before something is kept."""
        self.path = path

    def values(self) -> Mapping[str, str]:
        """What stands there now, as a service reads it. Raises `Misconfigured`."""
        return {name: value for name, value in read_dotenv(self.path).items() if value}

    def keep(self, name: str, value: str) -> None:
        """Writes one down in place of what stood there, or takes it out. Raises `Misconfigured`."""
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE))
            self.path.chmod(PRIVATE)
            before = self.path.stat()
            self._write(name, value)
            self.path.chmod(PRIVATE)
            if os.geteuid() == 0:  # the file is made anew, and the service reads it as whose it was
                os.chown(self.path, before.st_uid, before.st_gid)
        except OSError as error:
            raise Misconfigured(f"{self.path} cannot be written: check the rights of its folder.") from error

    def _write(self, name: str, value: str) -> None:
        """With the mark at its begin, where some editor has left one: else the first name is none of ours."""
        marked = self.path.read_bytes().startswith(BOM_UTF8)
        encoding = "utf-8-sig" if marked else "utf-8"
        if value:
            set_key(self.path, name, value, quote_mode="auto", encoding=encoding)
        elif name in self.values():
            unset_key(self.path, name, encoding=encoding)
