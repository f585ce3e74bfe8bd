"""Sealing: AES-256-GCM with a key of the sender's own, which is itself wrapped by the service's key.

Destroying the wrapped key makes everything sealed with it unreadable for ever.
A sealed value is 12 bytes of nonce followed by ciphertext and tag (NIST SP 800-38D).
"""

import os
from hashlib import blake2b

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bridge.errors import SealBroken

_NONCE = 12
_KEY = 32


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """Seals `plain`; it opens only with the same `context`, so sealed values cannot be swapped."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """What was sealed. Raises `SealBroken` when bytes, key or context are not those of sealing."""
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], context.encode())
    except (InvalidTag, ValueError) as broken:
        raise SealBroken(
            "Sealed bytes do not open: they were altered, or sealed with another key."
        ) from broken


def new_key() -> bytes:
    """A sender's own key."""
    return os.urandom(_KEY)


def wrap(service_key: bytes, key: bytes, owner: str) -> bytes:
    """A sender's key as it may be stored."""
    return seal(service_key, key, owner)


def wrapping_id(service_key: bytes) -> str:
    """What a service key goes by: nothing of it can be told from that."""
    return blake2b(service_key, digest_size=8, person=b"rempart wrapping").hexdigest()


def unwrap(service_key: bytes, wrapped: bytes, owner: str) -> bytes:
    """A sender's key as it may be used. Raises `SealBroken` for another owner or service key."""
    return unseal(service_key, wrapped, owner)
