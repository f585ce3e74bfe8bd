"""Tells whether Telnyx signed a webhook: Ed25519 over the instant, a bar, and the body. Pure.

https://developers.telnyx.com/development/api-fundamentals/webhooks. The key that signs is Telnyx's alone:
what it signed proves to anybody who has the public half that the event came from there.
"""

from base64 import b64decode

from channels.events import Seal

ALGORITHM = "Ed25519"


def seal(public_key: bytes) -> Seal:
    """How Telnyx signs for one account."""
    return Seal(
        ALGORITHM,
        "telnyx-signature-ed25519",
        "telnyx-timestamp",
        lambda body, instant, signature: is_signed(public_key, body, instant, signature),
    )


def is_signed(public_key: bytes, body: bytes, instant: str, signature: str) -> bool:
    """Whether `signature` is Base64 of what Telnyx's key gives; false, never an error, for anything else."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - slow to load
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    try:
        key, given = Ed25519PublicKey.from_public_bytes(public_key), b64decode(signature, validate=True)
        key.verify(given, f"{instant}|".encode() + body)
    except (InvalidSignature, ValueError):
        return False
    return True
