"""The calls that each provider makes, signed as it signs them."""

import hmac
import json
import time
from collections.abc import Callable, Sequence

from tests.bench.ingest import requests_of
from tests.bench.serving import TOKEN

Calls = Callable[[int, int], Sequence[bytes]]
"""So many of them, for a server on this port."""


def texts(port: int, count: int) -> Sequence[bytes]:
    """Twilio's, of what different people write."""
    return requests_of(f"http://127.0.0.1:{port}/twilio/sms", "different", count, 0)


def updates(_port: int, count: int) -> Sequence[bytes]:
    """Telegram's."""
    return [_posted("/telegram/webhook", _update(n), _JSON, _SECRET) for n in range(count)]


def events(_port: int, count: int) -> Sequence[bytes]:
    """Slack's."""
    bodies = map(_event, range(count))
    return [_posted("/slack/events", body, _JSON, *_signed(body)) for body in bodies]


_JSON = "Content-Type: application/json"
_SECRET = f"X-Telegram-Bot-Api-Secret-Token: {TOKEN}"


def _posted(path: str, body: bytes, *headers: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


def _update(number: int) -> bytes:
    sender = {"id": 1000 + number, "is_bot": False, "first_name": "Someone", "language_code": "fr"}
    chat = {"id": 1000 + number, "type": "private", "first_name": "Someone"}
    text = f"Salut, c'est bien toi ? {number}"
    message = {"message_id": number, "date": 1_790_000_000, "from": sender, "chat": chat, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


def _event(number: int) -> bytes:
    said = {"type": "message", "channel": "C1", "user": "U2", "text": f"Salut {number}", "ts": f"{number}.0"}
    told = {"type": "event_callback", "event_id": f"Ev{number}", "team_id": "T1", "api_app_id": "A1"}
    return json.dumps({**told, "event": said, "event_time": number}).encode()


def _signed(body: bytes) -> tuple[str, str]:
    """https://docs.slack.dev/authentication/verifying-requests-from-slack"""
    at = str(int(time.time()))
    digest = hmac.digest(TOKEN.encode(), b"v0:" + at.encode() + b":" + body, "sha256").hex()
    return f"X-Slack-Request-Timestamp: {at}", f"X-Slack-Signature: v0={digest}"
