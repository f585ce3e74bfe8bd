"""What a text is known again by, and cannot be read from: a sketch that may leave the house.

A sketch of our own (`bridge.raid.sketch`) holds hashes of eight runs of four letters: whoever has its key
reads those runs. So nothing of that kind is handed to anybody else. Here, of each of 256 orders into which a
key puts the runs of letters, one bit is kept of the one that comes first (b-bit minwise hashing, Li and König
2010). A bit says nothing of a run by itself; two texts have half of the bits in common by chance, and the
more the more runs they share.

Who has the key and a fingerprint can try out whether a text that they think of is the one. Nobody else can.
"""

from hashlib import shake_128
from struct import Struct

from bridge.raid.sketch import FUZZY, LONGEST, SHINGLE
from bridge.remembered import remembered

BITS = 256

SALT = 16
"""Bytes of the key."""

ALIKE = 192
"""Bits that two fingerprints must have in common: three in four, where chance makes half. It stands for a
likeness of one half; that two unrelated texts reach it by chance is eight standard deviations away."""

FEWEST = 16
"""Different runs of letters that a text must have: of fewer, laughter has as many as any other laughter."""

_ORDERS = Struct(f"<{BITS}H")
_MEASURED = 2048


@remembered(_MEASURED)
def fingerprint(letters: str, salt: bytes) -> int | None:
    """The bits, as one number; `None` where a text is too short, or too monotonous, to be known by anything.

    `letters`: as of a sighting. `salt`: the key, `SALT` bytes.
    """
    runs = {letters[at : at + SHINGLE] for at in range(min(len(letters), LONGEST) - SHINGLE + 1)}
    if len(letters) < FUZZY or len(runs) < FEWEST:
        return None
    placed: list[tuple[int, ...]] = [_ORDERS.unpack(_places(one, salt)) for one in runs]
    firsts: list[int] = [min(places) for places in zip(*placed, strict=True)]
    return sum((first & 1) << bit for bit, first in enumerate(firsts))


def _places(run: str, salt: bytes) -> bytes:
    """Where each order puts a run."""
    return shake_128(salt + run.encode("utf-8", "surrogatepass")).digest(_ORDERS.size)


def are_alike(one: int, other: int) -> bool:
    """Whether two fingerprints by the same key are those of near copies."""
    return BITS - (one ^ other).bit_count() >= ALIKE
