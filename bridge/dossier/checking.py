"""Checks a dossier's file: the command `rempart evidence verify`, and `verify.py` in the dossier itself."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bridge.evidence.verifying import NotADossier, compare, examine, held_against

WHOLE, TOUCHED, NONE = 0, 1, 2
"""The exit statuses."""


def check(
    file: Path, *, against: Path | None = None, head: Path | None = None, key: Path | None = None
) -> tuple[int, list[str]]:
    """The exit status, and what is said. `against`: an older dossier; `head`: a file with a pinned head;
    `key`: a file with the key that the provider signs with."""
    try:
        signing = None if key is None else _text(key, "the key that the provider signs with").strip()
        with _bytes(file) as data:
            report = examine(data, signing)
            others = []
            if against is not None:
                with _bytes(against) as older:
                    others.append(compare(data, older))
            if head is not None:
                others.append(held_against(data, _text(head, "a pinned head")))
    except NotADossier as error:
        return NONE, [str(error)]
    lines = report.lines() + [line for one in others for line in (*one.faults, *one.told)]
    return (WHOLE if report.holds and all(one.holds for one in others) else TOUCHED), lines


@contextmanager
def _bytes(file: Path) -> Iterator[Any]:
    """The file's bytes, read as they are needed."""
    try:
        with file.open("rb") as opened:
            if not file.stat().st_size:
                raise NotADossier("The file is empty.")
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
                yield data
    except IsADirectoryError as error:
        raise NotADossier(
            f"{file} is a folder: name the ZIP as it was handed over, not what was unpacked of it."
        ) from error
    except OSError as error:
        raise NotADossier(f"{file} cannot be read: {error.strerror or 'name another file'}.") from error
    except ValueError as error:  # a name that no file can have
        raise NotADossier("The file cannot be read: name another one.") from error


def _text(file: Path, what: str) -> str:
    """What stands in a file that somebody names beside the dossier: nothing is taken for it."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise NotADossier(f"{file} cannot be read: it takes a file that holds {what}.") from error
    if not text.strip():
        raise NotADossier(f"{file} is empty: it takes a file that holds {what}.")
    return text
