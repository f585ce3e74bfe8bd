"""The file `.env`, as the wizard writes it: an answer at a time, closed to other users from the start."""

import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values, set_key, unset_key

from bridge.errors import Misconfigured

PRIVATE = 0o600


class Written:
    """What stands in a `.env`; lines that are not ours stay as they are."""

    def __init__(self, path: Path) -> None:
        """Nothing is made before something is kept."""
        self.path = path

    def values(self) -> Mapping[str, str]:
        """What stands there now. Raises `Misconfigured`."""
        try:
            found = dotenv_values(self.path, interpolate=False) if self.path.is_file() else {}
        except (OSError, UnicodeDecodeError) as error:
            raise Misconfigured(f"{self.path} cannot be read: check its rights, or remove it.") from error
        return {name: value for name, value in found.items() if value}

    def keep(self, name: str, value: str) -> None:
        """Writes one down in place of what stood there, or takes it out. Raises `Misconfigured`."""
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE))
            self.path.chmod(PRIVATE)
            if value:
                set_key(self.path, name, value, quote_mode="auto")
            elif name in self.values():
                unset_key(self.path, name)
            self.path.chmod(PRIVATE)
        except OSError as error:
            raise Misconfigured(f"{self.path} cannot be written: check the rights of its folder.") from error
