"""A folder becomes a bag (RFC 8493), and the bag one ZIP in the one form that can be checked to the byte."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from zlib import crc32

from bridge.errors import RempartError
from bridge.evidence.container import LARGEST, MOST_FILES, Piece, directory
from bridge.evidence.signing import Signer
from bridge.evidence.verifying import MANIFEST, SIGNATURE, TAGS, signed_text, standing

_BLOCK = 1 << 18


def close(folder: Path, signer: Signer, origin: str, told: Iterable[str]) -> None:
    """Lists every file with its hash, and signs the lists. `told`: the lines of `bag-info.txt`."""
    _write(folder / "bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
    _write(folder / "bag-info.txt", "".join(f"{line}\n" for line in told))
    payload = sorted(path for path in (folder / "data").rglob("*") if path.is_file())
    _write(folder / MANIFEST, "".join(_line(folder, path) for path in payload))
    tags = sorted(path for path in folder.iterdir() if path.is_file())
    _write(folder / TAGS, "".join(_line(folder, path) for path in tags))
    text = signed_text((folder / TAGS).read_bytes())
    _write(folder / SIGNATURE, signer.text(text, origin))


def pack(folder: Path, file: Path, name: str) -> str:
    """Writes the bag as a ZIP whose files stand in the folder `name`; returns its SHA-256."""
    paths = _ordered(folder)
    if len(paths) > MOST_FILES or sum(path.stat().st_size for path in paths) > LARGEST:
        raise RempartError("The dossier would be larger than 4 GB: export a shorter time.")
    pieces: list[Piece] = []
    digest = hashlib.sha256()
    with file.open("wb") as out:
        for path in paths:
            start = pieces[-1].end if pieces else 0
            crc = 0
            for block in _blocks(path):
                crc = crc32(block, crc)
            inner = path.relative_to(folder).as_posix()
            piece = Piece(f"{name}/{inner}", start, path.stat().st_size, crc)
            pieces.append(piece)
            for block in chain((piece.header,), _blocks(path)):
                digest.update(block)
                out.write(block)
        ending = directory(pieces)
        digest.update(ending)
        out.write(ending)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _ordered(folder: Path) -> list[Path]:
    inside = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return [folder / name for name in sorted(inside, key=standing)]


def _line(folder: Path, path: Path) -> str:
    digest = hashlib.sha256()
    for block in _blocks(path):
        digest.update(block)
    return f"{digest.hexdigest()}  {path.relative_to(folder).as_posix()}\n"


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as read:
        while block := read.read(_BLOCK):
            yield block


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
