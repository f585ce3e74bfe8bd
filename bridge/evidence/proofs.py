"""What whoever checks a dossier must be able to work out: hashes, paths and signed notes. Pure.

Nothing here needs anything but Python and `cryptography`: `verifying.py` and this file are all that a
dossier's own checker is made of.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HASH = 32
"""Bytes."""

_SIGNED_BY = "\N{EM DASH} "
_ED25519 = b"\x01"
_KEY_HASH = 4
_SIGNATURE = 64


def leaf_hash(leaf: bytes) -> bytes:
    """RFC 6962, 2.1: of a leaf."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 6962, 2.1: of two nodes."""
    return sha256(b"\x01" + left + right).digest()


def root_of_inclusion(leaf: bytes, place: int, size: int, path: list[bytes]) -> bytes | None:
    """The head that a leaf's hash at `place` (from 0) and its audit path lead to; `None` where they cannot.

    https://www.rfc-editor.org/rfc/rfc9162#section-2.1.3.2, which checks RFC 6962's paths.
    """
    if not 0 <= place < size:
        return None
    first, last, made = place, size - 1, leaf
    for digest in path:
        if last == 0:
            return None
        if first % 2 or first == last:
            made = node_hash(digest, made)
            while not first % 2 and first:
                first, last = first >> 1, last >> 1
        else:
            made = node_hash(made, digest)
        first, last = first >> 1, last >> 1
    return made if last == 0 else None


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, path: list[bytes]) -> bool:
    """Whether the head of `new` entries goes on from that of `old` entries.

    https://www.rfc-editor.org/rfc/rfc9162#section-2.1.4.2.
    """
    if old == new:
        return not path and old_root == new_root
    if not 0 < old < new or not path:
        return old == 0 and not path
    hashes = ([] if old & (old - 1) else [old_root]) + path
    first, last = old - 1, new - 1
    while first % 2:
        first, last = first >> 1, last >> 1
    made_old = made_new = hashes[0]
    for digest in hashes[1:]:
        if last == 0:
            return False
        if first % 2 or first == last:
            made_old, made_new = node_hash(digest, made_old), node_hash(digest, made_new)
            while not first % 2 and first:
                first, last = first >> 1, last >> 1
        else:
            made_new = node_hash(made_new, digest)
        first, last = first >> 1, last >> 1
    return made_old == old_root and made_new == new_root and last == 0


def path_of(written: str) -> list[bytes] | None:
    """A path as it is written down, Base64 over its hashes; `None` where it is none."""
    try:
        joined = base64.b64decode(written, validate=True)
    except (ValueError, binascii.Error):
        return None
    whole = len(joined) % HASH == 0 and base64.b64encode(joined).decode() == written
    return [joined[at : at + HASH] for at in range(0, len(joined), HASH)] if whole else None


@dataclass(frozen=True)
class Head:
    """How long the log was, and what it came to (https://c2sp.org/tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes
    at: str
    """When it was pinned, by the service's own clock: ISO 8601, UTC."""

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n{self.at}\n"


def key_hash(origin: str, key: bytes) -> bytes:
    """By what a signature names its key (https://c2sp.org/signed-note)."""
    return sha256(origin.encode() + b"\n" + _ED25519 + key).digest()[:_KEY_HASH]


def note(text: str, origin: str, key: bytes, signature: bytes) -> str:
    """A signed note: `text` ends with a line break."""
    signed = base64.b64encode(key_hash(origin, key) + signature).decode()
    return f"{text}\n{_SIGNED_BY}{origin} {signed}\n"


def is_signed(written: str, key: bytes) -> bool:
    """Whether a note is signed with the private half of `key`, and is written in the one way there is."""
    text, between, last = written.rpartition(f"\n{_SIGNED_BY}")
    origin, space, signed = last.rstrip("\n").rpartition(" ")
    try:
        raw = base64.b64decode(signed, validate=True)
        named, signature = raw[:_KEY_HASH], raw[_KEY_HASH:]
        if not between or not space or len(signature) != _SIGNATURE or named != key_hash(origin, key):
            return False
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text.encode())
    except (ValueError, binascii.Error, InvalidSignature):
        return False
    return written == note(text, origin, key, signature)


def head_of(written: str) -> Head | None:
    """The head that a signed note tells of; `None` where it is none. Says nothing of the signature."""
    lines = written.split("\n")
    if len(lines) < 6 or lines[4]:  # noqa: PLR2004 - four lines, an empty one, a signature
        return None
    origin, size, root, at = lines[:4]
    try:
        head = Head(origin, int(size), base64.b64decode(root, validate=True), at)
    except (ValueError, binascii.Error):
        return None
    return head if written.startswith(head.text) and len(head.root) == HASH else None
