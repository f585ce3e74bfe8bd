"""Puts a file among the system's: never over one that we did not write, or that somebody has edited since."""

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Literal

from bridge.errors import RempartError

Placed = Literal["written", "as_it_was", "theirs"]

_MARK = "# Written by `rempart install-service`, which writes it anew only while this still is its digest: "
_OURS = re.compile(rf"{re.escape(_MARK)}([0-9a-f]{{64}})\n(.*)", re.DOTALL)
_READABLE = 0o644


def place(path: Path, text: str) -> Placed:
    """What became of it. Raises `RempartError` where the folder cannot be written to."""
    marked = f"{_MARK}{_digest(text)}\n{text}"
    try:
        if os.path.lexists(path):
            standing = path.read_text(encoding="utf-8") if path.is_file() and not path.is_symlink() else ""
            if not _is_ours(standing):
                return "theirs"
            if standing == marked:
                return "as_it_was"
        _write(path, marked)
    except FileNotFoundError as error:
        raise RempartError(
            f"There is no folder {path.parent}, which a machine with systemd has: `--print` shows the files."
        ) from error
    except PermissionError as error:
        raise RempartError(f"{path} can be written by root alone: put sudo before the command.") from error
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise RempartError(f"{path} cannot be written ({why}).") from error
    return "written"


def _is_ours(text: str) -> bool:
    found = _OURS.fullmatch(text)
    return found is not None and _digest(found[2]) == found[1]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    half = path.with_name(f".{path.name}.half")
    half.unlink(missing_ok=True)
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _READABLE)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            os.fchmod(written.fileno(), _READABLE)
            written.write(text)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
