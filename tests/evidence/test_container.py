"""Each byte of a container that is no file's is told by its place, whichever bit of it was flipped."""

from zlib import crc32

from bridge.evidence.container import Piece, directory, look

FILES = {"d/one.txt": b"first", "d/none.txt": b"", "d/three.txt": b"third, and longer"}


def packed() -> tuple[bytes, list[Piece]]:
    data, pieces = b"", list[Piece]()
    for name, content in FILES.items():
        pieces.append(Piece(name, len(data), len(content), crc32(content)))
        data += pieces[-1].header + content
    return data + directory(pieces), pieces


def test_every_flipped_bit_between_the_files_is_told_with_its_byte() -> None:
    data, pieces = packed()
    assert look(data, FILES).faults == []
    contents = {at for one in pieces for at in range(one.begin, one.end)}
    untold = []
    for at in sorted(set(range(len(data))) - contents):
        for bit in range(8):
            flipped = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            faults = look(flipped, FILES).faults
            if not any(f"at byte {at:,}" in one for one in faults):
                untold.append((at, bit, faults))
    assert untold == []
