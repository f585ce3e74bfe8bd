"""Checks a dossier's file: the command `rempart evidence verify`, and `verify.py` in the dossier itself."""

from __future__ import annotations

import mmap
import shutil
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from bridge.evidence.container import LARGEST, MOST_FILES, Piece, directory, is_foreign
from bridge.evidence.verifying import (
    CHECKPOINT,
    MARK,
    NotADossier,
    Report,
    compare,
    examine,
    held_against,
    standing,
)

WHOLE, TOUCHED, NONE = 0, 1, 2
"""The exit statuses."""


def check(
    file: Path, *, against: Path | None = None, head: Path | None = None, key: Path | None = None
) -> tuple[int, list[str]]:
    """The exit status, and what is said. `against`: an older dossier; `head`: a file with a pinned head;
    `key`: a file with the key that the provider signs with."""
    try:
        signing = None if key is None else _text(key, "the key that the provider signs with").strip()
        with _bytes(file) as (data, anew):
            report = examine(data, signing)
            if anew:
                report.faults.insert(0, _packed_anew(report))
            others = []
            if against is not None:
                with _bytes(against) as (older, _):
                    others.append(compare(data, older))
            if head is not None:
                others.append(held_against(data, _text(head, "a pinned head")))
    except NotADossier as error:
        return NONE, [str(error)]
    lines = report.lines() + [line for one in others for line in (*one.faults, *one.told)]
    return (WHOLE if report.holds and all(one.holds for one in others) else TOUCHED), lines


def _packed_anew(report: Report) -> str:
    """By what unpacks and packs: a mail program, a folder that somebody compressed."""
    touched = "the files in it were touched, too (bytes are those that they lay at before)"
    found = "the files in it are as they were made" if report.holds else touched
    return f"the ZIP was packed anew by another program: it is not the one that was made; {found}"


@contextmanager
def _bytes(file: Path) -> Iterator[tuple[Any, bool]]:
    """The file's bytes, read as they are needed, and whether it was packed anew: then those that it had."""
    with ExitStack() as open_:
        yield _opened(file, open_)


def _opened(file: Path, open_: ExitStack) -> tuple[Any, bool]:
    try:
        opened = open_.enter_context(file.open("rb"))
        if not file.stat().st_size:
            raise NotADossier("The file is empty.")
        data = open_.enter_context(_mapped(opened))
        unpacked = _unpacked(opened, open_) if is_foreign(data) else None
    except IsADirectoryError as error:
        raise NotADossier(
            f"{file} is a folder: name the ZIP as it was handed over, not what was unpacked of it."
        ) from error
    except OSError as error:
        raise NotADossier(f"{file} cannot be read: {error.strerror or 'unknown reason'}.") from error
    except ValueError as error:  # a name that no file can have
        raise NotADossier("The file cannot be read: name another one.") from error
    return unpacked or data, unpacked is not None


def _mapped(file: IO[bytes]) -> mmap.mmap:
    return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _unpacked(file: IO[bytes], open_: ExitStack) -> mmap.mmap | None:
    """What another program packed, in the form of ours; `None` where it is no dossier, or not whole."""
    try:
        with zipfile.ZipFile(file) as packed:
            found = _members(packed)
            size = sum(one.file_size for _, one in found)
            if not found or len(found) > MOST_FILES or size > LARGEST:
                return None
            fresh = open_.enter_context(TemporaryFile())  # noqa: SIM115 - it is one
            _pack(packed, found, fresh)
    except _UNREADABLE:
        return None
    return open_.enter_context(_mapped(fresh))


def _members(packed: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """What a ZIP holds, in the order of ours; nothing where it holds no dossier, in whichever folder."""
    named = [(_plain_name(one.filename), one) for one in packed.infolist() if not one.is_dir()]
    folders = [name[: -len(CHECKPOINT)] for name, _ in named if f"/{name}".endswith(f"/{CHECKPOINT}")]
    if not folders:
        return []
    folder, ours = min(folders, key=len), f"{MARK.decode()}/"
    moved = [(ours + name[len(folder) :] if name.startswith(folder) else name, one) for name, one in named]
    return sorted(moved, key=lambda one: standing(one[0].partition("/")[2]))


def _plain_name(name: str) -> str:
    """Windows parts folders by another sign; what is not ASCII is no name of ours."""
    return name.replace("\\", "/").encode("ascii", "backslashreplace").decode()


def _pack(packed: zipfile.ZipFile, found: list[tuple[str, zipfile.ZipInfo]], fresh: IO[bytes]) -> None:
    pieces: list[Piece] = []
    for name, one in found:
        pieces.append(Piece(name, pieces[-1].end if pieces else 0, one.file_size, one.CRC))
        fresh.write(pieces[-1].header)
        with packed.open(one) as content:
            shutil.copyfileobj(content, fresh)
    fresh.write(directory(pieces))
    fresh.flush()


_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, NotImplementedError, RuntimeError, EOFError)
"""What a ZIP that is none, is cut off, or is locked by a password comes to."""


def _text(file: Path, what: str) -> str:
    """What stands in a file that somebody names beside the dossier: nothing is taken for it."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise NotADossier(f"{file} cannot be read: it takes a file that holds {what}.") from error
    if not text.strip():
        raise NotADossier(f"{file} is empty: it takes a file that holds {what}.")
    return text
