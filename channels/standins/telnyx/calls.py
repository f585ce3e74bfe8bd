"""The requests that the Telnyx stand-in makes to the service, signed as the provider signs them."""

import json
from base64 import b64encode
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from channels.standins import calls
from channels.standins.telnyx.forms import Form

_PATIENCE_SECONDS = 10


def headers(signing: Ed25519PrivateKey, body: bytes, at: datetime) -> dict[str, str]:
    """What goes with a body."""
    instant = str(int(at.timestamp()))
    signature = signing.sign(f"{instant}|".encode() + body)
    return {
        "content-type": "application/json",
        "telnyx-timestamp": instant,
        "telnyx-signature-ed25519": b64encode(signature).decode(),
    }


class Caller(calls.Caller):
    """Posts signed events."""

    def __init__(self, signing: Ed25519PrivateKey) -> None:
        """Needs a running loop."""
        super().__init__(_PATIENCE_SECONDS)
        self._signing = signing

    async def post(self, url: str, event: Form, at: datetime) -> int | None:
        """The HTTP status; `None` when nobody answered."""
        body = json.dumps(event).encode()
        return await self.deliver(url, body, headers(self._signing, body, at))
