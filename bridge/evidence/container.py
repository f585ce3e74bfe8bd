"""The one way in which a dossier's ZIP is written, so that each of its bytes can be told. Pure.

Files stand one behind the other, uncompressed, without dates, rights or remarks; the directory follows from
them. So a byte that was changed shows wherever it stands, headers and directory included.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from zlib import crc32

_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LOCAL_SIGN, _ENTRY_SIGN, _END_SIGN = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _MADE_BY, _DATE = 20, 0x0314, 0x21
_RIGHTS = 0o100644 << 16
MOST_FILES = 65_000
LARGEST = 4_000_000_000
"""Bytes; beyond it the format is another."""


@dataclass(frozen=True)
class Piece:
    """A file in the container."""

    name: str
    start: int
    """Where its header begins."""
    size: int
    crc: int = 0

    @property
    def begin(self) -> int:
        """Where its content begins."""
        return self.start + _LOCAL.size + len(self.name.encode())

    @property
    def end(self) -> int:
        """Where the next header begins."""
        return self.begin + self.size

    @property
    def header(self) -> bytes:
        """What stands before its content."""
        name = self.name.encode()
        sizes = self.crc, self.size, self.size
        return _LOCAL.pack(_LOCAL_SIGN, _VERSION, 0, 0, 0, _DATE, *sizes, len(name), 0) + name

    @property
    def entry(self) -> bytes:
        """What stands for it in the directory."""
        name = self.name.encode()
        sizes = self.crc, self.size, self.size
        head = _ENTRY.pack(
            _ENTRY_SIGN,
            _MADE_BY,
            _VERSION,
            0,
            0,
            0,
            _DATE,
            *sizes,
            len(name),
            0,
            0,
            0,
            0,
            _RIGHTS,
            self.start,
        )
        return head + name


def directory(pieces: Iterable[Piece]) -> bytes:
    """What stands behind the last file."""
    listed = list(pieces)
    entries = b"".join(one.entry for one in listed)
    begin = listed[-1].end if listed else 0
    return entries + _END.pack(_END_SIGN, 0, 0, len(listed), len(listed), len(entries), begin, 0)


@dataclass(frozen=True)
class Found:
    """What a container turned out to hold, and what of its own form is not as it was written."""

    pieces: list[Piece]
    faults: list[str]


def look(data: Any, expected: Iterable[str] = ()) -> Found:
    """Finds the files in the bytes of a container. `expected`: the names that it should hold, if known.

    Sizes and names stand in it twice: what was changed at one place is told by the other.
    """
    chained, whole = _chain(data)
    listed = _by_directory(data)
    if not whole and listed is None:
        last = chained[-1].name if chained else "its begin"
        where = _as_written(data, chained[-1].end if chained else 0)
        return Found(chained, [f"the container breaks off, or is garbled, at byte {where:,}, behind {last}"])
    pieces = chained if whole else listed or []
    if whole and listed is not None and len(listed) == len(chained):
        names = set(expected)
        pairs = zip(chained, listed)  # noqa: B905 - verify.py runs on Python 3.9, whose zip is never strict
        pieces = [_settled(one, other, names) for one, other in pairs]
    return Found(pieces, list(_differences(data, pieces)))


def is_foreign(data: Any) -> bool:
    """Whether it has another form: another program packed it, or it is no container at all."""
    chained, whole = _chain(data)
    if not whole:
        return _by_directory(data) is None
    return 2 * sum(_header_told(data, one) != bytes(data[one.start : one.begin]) for one in chained) > len(
        chained
    )


def _header_told(data: Any, one: Piece) -> bytes:
    """How we would have written what its own header tells of a file."""
    return Piece(one.name, one.start, one.size, _told_crc(data, one, local=True) or 0).header


def _as_written(data: Any, at: int) -> int:
    """Where what stands at `at` leaves the sign that is due there: the directory's, or else a header's."""
    ending = bytes(data[-_END.size :])
    begin = _END.unpack(ending)[6] if len(ending) == _END.size else None
    sign = _ENTRY_SIGN if begin == at else _LOCAL_SIGN
    found = bytes(data[at : at + len(sign)])
    return at + next((n for n, byte in enumerate(found) if byte != sign[n]), 0)


def _settled(chained: Piece, listed: Piece, names: set[str]) -> Piece:
    name = listed.name if chained.name not in names and listed.name in names else chained.name
    return Piece(name, chained.start, chained.size)


def _differences(data: Any, pieces: list[Piece]) -> Iterator[str]:
    settled: list[Piece] = []
    at = pieces[-1].end if pieces else 0
    for one in pieces:
        crc = crc32(bytes(data[one.begin : one.end]))
        told = {_told_crc(data, one, local=True), _told_crc(data, one, local=False, at=at)}
        at += len(one.entry)
        # Where both places agree on another sum, it is the content that was changed, not they.
        kept = crc if len(told) > 1 else next(iter(told)) or 0
        settled.append(Piece(one.name, one.start, one.size, kept))
    for one in settled:
        yield from _compared(data, one.start, one.header, f"the header of {one.name}")
    end = settled[-1].end if settled else 0
    at = end
    for one in settled:
        yield from _compared(data, at, one.entry, f"the directory's entry of {one.name}")
        at += len(one.entry)
    ending = directory(settled)[at - end :]
    yield from _compared(data, at, ending, "the end of the directory")
    if len(data) > at + len(ending):
        end = at + len(ending)
        yield f"something was added behind the end, from byte {end:,} on: {len(data) - end:,} B"


def _compared(data: Any, at: int, wanted: bytes, what: str) -> Iterator[str]:
    found = bytes(data[at : at + len(wanted)])
    if found == wanted:
        return
    if len(found) < len(wanted) and wanted.startswith(found):
        yield f"{what} breaks off at byte {at + len(found):,}"
        return
    off = next(n for n in range(len(wanted)) if n >= len(found) or found[n] != wanted[n])
    yield f"{what} was changed, at byte {at + off:,}"


def _told_crc(data: Any, one: Piece, *, local: bool, at: int = 0) -> int | None:
    start = one.start + 14 if local else at + 16
    raw = bytes(data[start : start + 4])
    return int.from_bytes(raw, "little") if len(raw) == 4 else None  # noqa: PLR2004 - a sum of 32 bits


def _chain(data: Any) -> tuple[list[Piece], bool]:
    """The files by their own headers, and whether the directory follows the last one."""
    pieces: list[Piece] = []
    at = 0
    while True:
        head = bytes(data[at : at + _LOCAL.size])
        if head[:4] == _ENTRY_SIGN and pieces:
            return pieces, True
        piece = _piece(data, at, head)
        if piece is None or piece.end > len(data):
            # The sign of a header, or of the directory, may itself be what was changed.
            return pieces, False
        pieces.append(piece)
        at = piece.end


def _piece(data: Any, at: int, head: bytes) -> Piece | None:
    if len(head) < _LOCAL.size:
        return None
    sign, _, _, _, _, _, _, size, _, length, _ = _LOCAL.unpack(head)
    if sign != _LOCAL_SIGN:
        return None
    name = bytes(data[at + _LOCAL.size : at + _LOCAL.size + length])
    return Piece(name.decode("ascii", "replace"), at, size)


def _by_directory(data: Any) -> list[Piece] | None:
    """The files by the directory; `None` where that does not hold together."""
    end = len(data) - _END.size
    if end < 0:
        return None
    for at in (end, bytes(data[max(0, end - 65_536) :]).rfind(_END_SIGN) + max(0, end - 65_536)):
        found = _by_end(data, at)
        if found is not None:
            return found
    return None


def _by_end(data: Any, at: int) -> list[Piece] | None:
    raw = bytes(data[at : at + _END.size])
    if len(raw) < _END.size or raw[:4] != _END_SIGN:
        return None
    count, begin = _END.unpack(raw)[4], _END.unpack(raw)[6]
    pieces: list[Piece] = []
    where = begin
    for _ in range(count):
        head = bytes(data[where : where + _ENTRY.size])
        if len(head) < _ENTRY.size or head[:4] != _ENTRY_SIGN:
            return None
        fields = _ENTRY.unpack(head)
        size, length, start = fields[9], fields[10], fields[16]
        name = bytes(data[where + _ENTRY.size : where + _ENTRY.size + length])
        pieces.append(Piece(name.decode("ascii", "replace"), start, size))
        where += _ENTRY.size + length
    in_order = all(one.end == pieces[at + 1].start for at, one in enumerate(pieces[:-1]))
    return pieces if pieces and in_order and pieces[0].start == 0 and pieces[-1].end == begin else None
