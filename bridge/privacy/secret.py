"""One secret, several keys: each purpose has its own, so that none can stand in for another."""

import re
from itertools import pairwise

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bridge.errors import Misconfigured
from bridge.noun import Discreet, replace

SHORTEST_SECRET = 32
"""Characters; a shorter secret could be guessed, and with it every number."""


_PLACEHOLDER = re.compile(r"(change|replace|put|your|my)[-_ ]?(me|this|it|your|secret)", re.IGNORECASE)
_FEWEST_CHARACTERS = 8
_FEWEST_TRIPLES = 2 / 3


def is_guessable(secret: str) -> bool:
    """Whether somebody typed it to fill the place: a placeholder, few characters, the same again and again.

    Of what is drawn by chance, nearly all triples of neighbours differ (64 hexadecimal digits: 99 of 100).
    """
    triples = [secret[place : place + 3] for place in range(len(secret) - 2)]
    steps = {ord(after) - ord(before) for before, after in pairwise(secret)}
    return (
        _PLACEHOLDER.search(secret) is not None
        or len(set(secret)) < _FEWEST_CHARACTERS
        or len(set(triples)) < _FEWEST_TRIPLES * len(triples)
        or len(steps) < _FEWEST_CHARACTERS
    )


def _derive(secret: str, purpose: str) -> bytes:
    kdf = HKDF(algorithm=SHA256(), length=32, salt=b"rempart", info=purpose.encode())
    return kdf.derive(secret.encode("utf-8", "surrogateescape"))  # as the environment hands bytes over


class Keys(Discreet):
    """The keys behind pseudonyms, sealing, choices, the recognition of a database, signatures, and links."""

    senders: bytes
    sealing: bytes
    choices: bytes
    recognition: bytes
    evidence: bytes
    links: bytes


def derive_keys(secret: str, key: str | None = None) -> Keys:
    """The keys that `REMPART_SECRET` stands for (HKDF-SHA256, RFC 5869).

    `key`: what the sealing key is made from instead, where it has a key of its own (`REMPART_KEY`).
    Raises `Misconfigured` when the secret is shorter than 32 characters.
    """
    if len(secret) < SHORTEST_SECRET:
        raise Misconfigured(
            f"REMPART_SECRET must have at least {SHORTEST_SECRET} characters: make one with "
            "`python3 -c 'import secrets; print(secrets.token_hex(32))'` and keep a copy of it."
        )
    purposes = "senders", "sealing", "choices", "recognition", "evidence", "links"
    keys = Keys(*(_derive(secret, purpose) for purpose in purposes))
    return keys if key is None else replace(keys, sealing=_derive(key, "sealing"))
