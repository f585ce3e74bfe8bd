"""Calls as Slack makes them, for tests; signed by the SDK, which is the oracle."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from slack_sdk.signature import SignatureVerifier

from bridge.model import SECOND, Call
from channels.slack.slack import Slack
from rempart.testing import NOW, PUBLIC_URL, Journal

BOT_TOKEN = "xoxb-token-of-the-tests"
SIGNING_SECRET = "secret-of-the-tests"
APP_TOKEN = "xapp-token-of-the-tests"
CHANNEL = "C0FEED"
ENVIRONMENT = {
    "SLACK_BOT_TOKEN": BOT_TOKEN,
    "SLACK_CHANNEL": CHANNEL,
    "SLACK_SIGNING_SECRET": SIGNING_SECRET,
    "SLACK_API_URL": "http://127.0.0.1:9/api/",
}
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
SECONDS = NOW // SECOND

HOME_OPENED = {
    "type": "event_callback",
    "event_id": "Ev1",
    "event": {"type": "app_home_opened", "user": "U0ORGANISER", "tab": "home"},
}
TOUCH = {
    "type": "block_actions",
    "user": {"id": "U0ORGANISER"},
    "trigger_id": "1.2.a",
    "channel": {"id": CHANNEL, "name": "feed"},
    "actions": [
        {
            "type": "button",
            "action_id": "act:0:mute",
            "block_id": "b1",
            "value": '{"verb":"mute","target":"brave-heron-42"}',
            "action_ts": "1790000000.000001",
        }
    ],
}
COMMAND = {
    "command": "/rempart",
    "text": "mute brave-heron-42",
    "user_id": "U0ORGANISER",
    "channel_id": CHANNEL,
    "channel_name": "feed",
    "trigger_id": "1.2.b",
}


def signed(
    body: bytes, content_type: str = JSON, *, secret: str = SIGNING_SECRET, at: int = SECONDS, **headers: str
) -> Call:
    """A body that Slack posts at `at`, in seconds; it arrives at `NOW`."""
    text = body.decode("utf-8", "replace")
    signature = SignatureVerifier(secret).generate_signature(timestamp=str(at), body=text)
    return Call(
        method="POST",
        path="/slack/events",
        query="",
        headers={
            "content-type": content_type,
            "x-slack-request-timestamp": str(at),
            "x-slack-signature": signature or "",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        },
        body=body,
        arrived_at=NOW,
    )


def event(payload: Any) -> Call:
    """An event, or whatever is sent in place of one."""
    return signed(json.dumps(payload).encode())


def interaction(payload: Any) -> Call:
    """An interaction, or whatever is sent in place of one."""
    return signed(urlencode({"payload": json.dumps(payload)}).encode(), FORM)


def command(fields: Mapping[str, str]) -> Call:
    """A slash command."""
    return signed(urlencode(fields).encode(), FORM)


def slack(**environment: str) -> Slack:
    """The channel, connected but not opened."""
    channel = Slack.connect({**ENVIRONMENT, **environment}, Journal().wiring(PUBLIC_URL))
    assert channel is not None
    return channel
