"""The requests that the Slack stand-in makes to the service, signed as Slack signs them."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bridge.noun import Noun, field
from channels.standins import calls
from channels.standins.base import Now

_PATIENCE_SECONDS = 3
"""https://docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response."""

Json = Mapping[str, Any]


class Parcel(Noun):
    """One thing to tell the service: the same bytes in each attempt over HTTP."""

    kind: str
    """As Socket Mode names it: `interactive`, `slash_commands` or `events_api`."""
    payload: Json
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def content_type(self) -> str:
        """Events are JSON, everything else is a form."""
        return "application/json" if self.kind == "events_api" else "application/x-www-form-urlencoded"

    @property
    def body(self) -> bytes:
        """As it goes over HTTP."""
        match self.kind:
            case "events_api":
                return json.dumps(self.payload).encode()
            case "interactive":
                return urlencode({"payload": json.dumps(self.payload)}).encode()
        return urlencode(self.payload).encode()


class Caller(calls.Caller):
    """Posts signed requests."""

    def __init__(self, signing_secret: str, url: str, now: Now) -> None:
        """Needs a running loop."""
        super().__init__(_PATIENCE_SECONDS)
        self._verifier = SignatureVerifier(signing_secret)
        self._url = url
        self._now = now

    async def post(self, parcel: Parcel, retry: int = 0, reason: str = "http_timeout") -> int | None:
        """The HTTP status; `None` when nobody answered within three seconds."""
        headers = {**self.signed(parcel), **_retry_headers(retry, reason), **parcel.headers}
        return await self.deliver(self._url, parcel.body, headers)

    def signed(self, parcel: Parcel) -> dict[str, str]:
        """The headers of a request, with its signature as of now."""
        timestamp = str(int(self._now().timestamp()))
        signature = self._verifier.generate_signature(timestamp=timestamp, body=parcel.body)
        return {
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "Content-Type": parcel.content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature or "",
        }


def _retry_headers(retry: int, reason: str) -> dict[str, str]:
    return {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
