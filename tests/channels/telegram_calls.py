"""Calls as Telegram makes them, for tests."""

import json
from collections.abc import Mapping
from typing import Any

from bridge.model import SECOND, Call
from channels.telegram import PolledTelegram, Telegram
from rempart.testing import NOW, PUBLIC_URL, Journal

TOKEN = "123456789:token-of-the-tests"
SECRET = "secret-of-the-tests"
ENVIRONMENT = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": SECRET}

PERSON = 4242
ADDRESS = str(PERSON)
GROUP = -1001234567890
UPDATE_ID = 700_000_001
DATE = NOW // SECOND

Json = dict[str, Any]


def sender(**fields: object) -> Json:
    """Who writes."""
    return {"id": PERSON, "is_bot": False, "first_name": "Camille", "language_code": "fr", **fields}


def message(**content: object) -> Json:
    """A message to the bot, in a private chat."""
    return {
        "message_id": 17,
        "from": sender(),
        "chat": {"id": PERSON, "type": "private", "first_name": "Camille"},
        "date": DATE,
        **content,
    }


def written(**content: object) -> Json:
    """The update that brings it."""
    return {"update_id": UPDATE_ID, "message": message(**content)}


def in_group(**content: object) -> Json:
    """The same in a group."""
    return written(chat={"id": GROUP, "type": "supergroup", "title": "Les copains"}, **content)


def changed(old: str, new: str, **fields: object) -> Json:
    """The bot's membership in a private chat has changed."""
    change = {
        "from": sender(),
        "chat": {"id": PERSON, "type": "private"},
        "date": DATE,
        "old_chat_member": {"user": {"id": 1, "is_bot": True}, "status": old},
        "new_chat_member": {"user": {"id": 1, "is_bot": True}, "status": new},
        **fields,
    }
    return {"update_id": UPDATE_ID, "my_chat_member": change}


def posted(update: object, secret: str | None = SECRET, body: bytes | None = None) -> Call:
    """The call of the webhook; `body` replaces the update's own."""
    headers = {"content-type": "application/json", "host": "10.0.0.7:8000"}
    return Call(
        method="POST",
        path="/telegram/webhook",
        query="",
        headers=headers if secret is None else {**headers, "x-telegram-bot-api-secret-token": secret},
        body=json.dumps(update).encode() if body is None else body,
        arrived_at=NOW,
    )


def telegram(
    journal: Journal, public_url: str | None = PUBLIC_URL, environment: Mapping[str, str] = ENVIRONMENT
) -> Telegram:
    """The channel, connected but not opened."""
    channel = Telegram.connect(environment, journal.wiring(public_url))
    assert channel is not None
    return channel


def polled(journal: Journal, environment: Mapping[str, str] = ENVIRONMENT) -> PolledTelegram:
    """The channel where nobody can call it."""
    channel = telegram(journal, None, environment)
    assert isinstance(channel, PolledTelegram)
    return channel
