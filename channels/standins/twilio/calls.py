"""The requests that the Twilio stand-in makes to the service, signed as the provider signs them."""

import secrets
from collections.abc import Mapping

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, TCPConnector
from twilio.request_validator import RequestValidator

_PATIENCE_SECONDS = 15
"""https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides."""


class Caller:
    """Posts signed forms; survives whatever the other side does."""

    def __init__(self, token: str) -> None:
        """Needs a running loop."""
        self._validator = RequestValidator(token)
        self._session = ClientSession(
            connector=TCPConnector(force_close=True), timeout=ClientTimeout(total=_PATIENCE_SECONDS)
        )

    async def post(self, url: str, form: Mapping[str, str], attempts: int = 1) -> int | None:
        """The HTTP status; `None` when nobody answered. Only a failure to connect is tried again."""
        headers = {
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": self._validator.compute_signature(url, form),
            "I-Twilio-Idempotency-Token": secrets.token_hex(16),
        }
        for _ in range(attempts):
            try:
                async with self._session.post(
                    url, data=form, headers=headers, allow_redirects=False
                ) as answer:
                    return answer.status
            except ClientConnectorError:
                continue
            except (ClientError, OSError):
                return None
        return None

    async def close(self) -> None:
        """Lets go of connections."""
        await self._session.close()
