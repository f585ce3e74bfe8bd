"""Answers `/slack/events`: events, interactions, commands, each signed. Touches floor 0 and Slack's SDKs."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from slack_sdk.signature import Clock, SignatureVerifier

from bridge.model import SECOND, Answer, Call, Micros
from channels.slack.bolt import Acknowledged

EVENTS = "/slack/events"

LIMIT_BYTES = 1024 * 1024
"""A touch repeats the whole window that it was made in: up to 250,000 characters, each in a form up to three
bytes. https://docs.slack.dev/reference/views"""
LIMIT_FIELDS = 100

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"

_UNSIGNED = Answer(403, b"The request carries no signature.")
_FORGED = Answer(403, b"The signature does not match the request, or is older than five minutes.")
_TOO_LARGE = Answer(413, b"The body is larger than 1 MiB.")
_MALFORMED = Answer(400, b"The body is neither JSON nor a form of Slack's, in UTF-8.")

Dispatch = Callable[[Mapping[str, Any]], Awaitable[Acknowledged | None]]


def glance(headers: Mapping[str, str]) -> Answer | None:
    """What to answer where the headers alone show that Slack does not call."""
    signature = headers.get("x-slack-signature", "")
    timestamp = headers.get("x-slack-request-timestamp", "")
    if not (signature and timestamp):
        return _UNSIGNED
    return None if _SIGNATURE.fullmatch(signature) and _TIMESTAMP.fullmatch(timestamp) else _FORGED


class Receiver:
    """Receives from Slack over HTTP."""

    def __init__(self, signing_secret: str, dispatch: Dispatch) -> None:
        """`dispatch` acknowledges a payload."""
        self._signing_secret = signing_secret
        self._dispatch = dispatch

    async def receive(self, call: Call) -> Answer:
        """Acknowledges what Slack signed within five minutes of the call's arrival."""
        if len(call.body) > LIMIT_BYTES:
            return _TOO_LARGE
        refusal = self._refusal(call)
        if refusal is not None:
            return refusal
        payload = decode(call)
        acknowledged = await self._dispatch(payload) if payload is not None else None
        if acknowledged is None:
            return _MALFORMED
        return Answer(acknowledged.status, acknowledged.body.encode(), acknowledged.content_type)

    def _refusal(self, call: Call) -> Answer | None:
        verifier = SignatureVerifier(self._signing_secret, _At(call.arrived_at))
        timestamp = call.headers["x-slack-request-timestamp"]
        try:
            signed = verifier.is_valid(call.body, timestamp, call.headers["x-slack-signature"])
        except UnicodeDecodeError:
            return _MALFORMED
        return None if signed else _FORGED


def decode(call: Call) -> dict[str, Any] | None:
    """The payload, however Slack wrapped it: JSON, a form's field `payload`, or the form itself."""
    content_type = call.headers.get("content-type", _FORM).partition(";")[0].strip().lower()
    if content_type == _JSON:
        return _json(call.body.decode())
    if content_type != _FORM:
        return None
    try:
        form = dict(
            parse_qsl(
                call.body.decode(), keep_blank_values=True, errors="strict", max_num_fields=LIMIT_FIELDS
            )
        )
    except ValueError:
        return None
    return _json(form["payload"]) if "payload" in form else form


def _json(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


class _At(Clock):
    """The instant at which a call arrived."""

    def __init__(self, at: Micros) -> None:
        self._at = at

    def now(self) -> float:
        """Seconds since 1970."""
        return self._at / SECOND
