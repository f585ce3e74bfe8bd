"""The environment, `.env` beside it, and secrets from files. Floor 4, and light: every command reads it."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.errors import Misconfigured

if TYPE_CHECKING:
    from dotenv.parser import Original

PREFIX = "REMPART_"

meant: ContextVar[str | None] = ContextVar("the line that is meant", default=None)
"""Which of several lines a command is about; the first one where nobody says."""

DATABASE_URL = "sqlite:///rempart.db"
"""Where nobody says."""


class Environment(Mapping[str, str]):
    """What is set, in the process first and in `.env` second; `NAME_FILE` names a file that holds `NAME`."""

    def __init__(
        self,
        process: Mapping[str, str],
        dotenv: Mapping[str, str | None] | None = None,
        repeated: Mapping[str, tuple[int, ...]] | None = None,
    ) -> None:
        """Reads nothing yet: files behind `NAME_FILE` are opened when `NAME` is asked for."""
        written = {name: value for name, value in (dotenv or {}).items() if value is not None}
        self._values = written | dict(process)
        self.repeated = {name: lines for name, lines in (repeated or {}).items() if name not in process}
        """What stands in `.env` more than once, and not alike: on which lines. The last one counts."""

    def __getitem__(self, name: str) -> str:
        """The value of `name`. Raises `KeyError` when unset, `Misconfigured` when its file is no use."""
        path = self._values.get(f"{name}_FILE", "").strip()
        value = self._values.get(name, "")
        if path and value:
            raise Misconfigured(f"{name} and {name}_FILE are both set: keep one of them.")
        if path:
            return _read_secret(f"{name}_FILE", Path(path))
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise Misconfigured(f"{name} is not text in UTF-8: write it anew.")
        return self._values[name]

    def path_of(self, name: str) -> Path | None:
        """The file that holds `name`, where one is named."""
        written = self._values.get(f"{name}_FILE", "").strip()
        return Path(written) if written else None

    def __iter__(self) -> Iterator[str]:
        """The names as they are set."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many are set."""
        return len(self._values)


def _read_secret(variable: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").strip()
    except (OSError, ValueError) as error:  # it is not there, not text, or no file can have that name
        raise Misconfigured(
            f"{variable} names a file that cannot be read: check its path and rights."
        ) from error


def read_environment() -> Environment:
    """The environment of this process with `.env` of the current folder."""
    lines = _lines(Path(".env"))
    return Environment(os.environ, _set(lines), _repeated(lines))


def read_dotenv(path: Path) -> dict[str, str | None]:
    """What a file `.env` sets; nothing where there is none. Raises `Misconfigured`."""
    return _set(_lines(path))


_Line = tuple[str, str | None, int]
"""A name, its value, and the line that it stands on."""


def _set(lines: Sequence[_Line]) -> dict[str, str | None]:
    return {name: value for name, value, _ in lines}


def _repeated(lines: Sequence[_Line]) -> dict[str, tuple[int, ...]]:
    values: dict[str, dict[int, str | None]] = {}
    for name, value, number in lines:
        values.setdefault(name, {})[number] = value
    return {name: tuple(said) for name, said in values.items() if len(set(said.values())) > 1}


def _lines(path: Path) -> Sequence[_Line]:
    try:
        return _dotenv(path) if path.is_file() else ()
    except UnicodeDecodeError as error:
        raise Misconfigured("The file .env is not text in UTF-8: save it as UTF-8.") from error
    except OSError as error:
        raise Misconfigured("The file .env cannot be read: check its rights, or remove it.") from error


_NAMED = re.compile(r"\A\s*(?:export\s+)?\w+\s*=|\b[A-Z][A-Z0-9_]+\s*=")
"""A name and a value, at the begin of a line or behind what other files and shells put there."""
_MEANT = re.compile(r"\s*(?:export\s+)?[A-Z]+_[A-Z0-9_]*[ \t]*(?::|(?<=[ \t])[^\s=#])")
"""A name with its value, as other files have them: behind a colon, or nothing."""


def _dotenv(path: Path) -> Sequence[_Line]:
    """What is set there, as it is written: a token may hold `${`. A variable that cannot be read is not
    passed over. Raises `Misconfigured`, with its line and never with what stands there."""
    from dotenv.parser import parse_stream  # noqa: PLC0415 - only where there is such a file

    with path.open(encoding="utf-8-sig") as file:
        lines = list(parse_stream(file))
    for line in lines:
        written = line.original.string
        if _MEANT.match(written) or (line.error and _NAMED.search(written)):
            raise _unread(_number(line.original))
    return [(line.key, line.value, _number(line.original)) for line in lines if line.key is not None]


def _number(original: "Original") -> int:
    """The parser counts the empty lines before something to it."""
    written = original.string
    return original.line + written[: len(written) - len(written.lstrip())].count("\n")


def _unread(line: int) -> Misconfigured:
    return Misconfigured(
        f"Line {line} of .env cannot be read: write NAME=value there, and close each quote that is opened, "
        "with nothing behind it."
    )


def database_url(environment: Mapping[str, str]) -> str:
    """Which database is meant, as it is written."""
    return environment.get(f"{PREFIX}DATABASE_URL", "").strip() or DATABASE_URL
