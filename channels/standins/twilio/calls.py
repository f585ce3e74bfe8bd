"""The requests that the Twilio stand-in makes to the service, signed as the provider signs them."""

import secrets
from collections.abc import Mapping

from twilio.request_validator import RequestValidator

from channels.standins import calls

_PATIENCE_SECONDS = 15
"""https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides."""


class Caller(calls.Caller):
    """Posts signed forms."""

    def __init__(self, token: str) -> None:
        """Needs a running loop."""
        super().__init__(_PATIENCE_SECONDS)
        self._validator = RequestValidator(token)

    async def post(self, url: str, form: Mapping[str, str], attempts: int = 1) -> int | None:
        """The HTTP status; `None` when nobody answered. Only a failure to connect is tried again."""
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self._validator.compute_signature(url, form),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        }
        return await self.deliver(url, form, headers, attempts)
