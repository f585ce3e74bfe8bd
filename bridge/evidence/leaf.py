"""A leaf of the log: an entry that can be shown by itself, and tells nothing while it is not.

Beside what the chain covers it holds a commitment to what was sealed: an HMAC under a salt that only the
sender's key gives. Whoever is handed salt and text of one entry can check it; of its neighbours they see
hashes over a random nonce and a keyed commitment, which no guessing opens. Once the key is destroyed, so is
every salt.
"""

import hmac

from bridge.evidence.canonical import Entry, canonical
from bridge.evidence.chain import described

_PURPOSE = b"rempart: salt of "


def salt_of(key: bytes, entry: str) -> bytes:
    """What opens the commitment to one entry (by its id), made from its sender's key; it opens no other."""
    return hmac.digest(key, _PURPOSE + entry.encode(), "sha256")


def commitment(salt: bytes, plain: bytes) -> str:
    """Hexadecimal; HMAC-SHA256, keyed with the salt."""
    return hmac.digest(salt, plain, "sha256").hex()


def leaf(place: int, entry: Entry, said: str | None) -> bytes:
    """The bytes whose hash stands in the tree. `said`: the commitment; none where the key was gone before."""
    return canonical(described(place, entry) | {"said": said})
