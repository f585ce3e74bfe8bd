"""Tells whether the phone signed a call: HMAC-SHA256 over the body and then the instant. Pure.

https://docs.sms-gate.app/features/webhooks/#payload-signing
"""

import hmac

from channels.events import Seal

ALGORITHM = "HMAC-SHA256"


def seal(signing_key: str) -> Seal:
    """How one phone signs."""
    key = signing_key.encode("utf-8", "surrogatepass")
    return Seal(
        ALGORITHM,
        "x-signature",
        "x-timestamp",
        lambda body, instant, signature: hmac.compare_digest(
            hmac.digest(key, body + instant.encode(), "sha256").hex().encode(),
            signature.strip().lower().encode("utf-8", "surrogatepass"),
        ),
    )
