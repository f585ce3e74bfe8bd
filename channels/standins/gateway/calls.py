"""The requests that the telephone makes to the service, signed as the app signs them."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime

from channels.standins import calls

_PATIENCE_SECONDS = 30


def headers(signing_key: str, body: bytes, at: datetime) -> dict[str, str]:
    """What goes with a body."""
    instant = str(int(at.timestamp()))
    signature = hmac.digest(signing_key.encode(), body + instant.encode(), "sha256")
    return {"content-type": "application/json", "x-timestamp": instant, "x-signature": signature.hex()}


class Caller(calls.Caller):
    """Posts signed events."""

    def __init__(self, signing_key: str) -> None:
        """Needs a running loop."""
        super().__init__(_PATIENCE_SECONDS)
        self._signing_key = signing_key

    async def post(self, url: str, event: Mapping[str, object], at: datetime) -> int | None:
        """The HTTP status; `None` when nobody answered."""
        body = json.dumps(event).encode()
        return await self.deliver(url, body, headers(self._signing_key, body, at))
