"""Tells whether Telegram made a call, and reads the update that it brings. Pure."""

import hmac
import json
from collections.abc import Mapping

from bridge.model import Answer, Call
from channels.telegram_bot.updates import id_of

PATH = "/telegram/webhook"
LIMIT_BYTES = 512 * 1024
"""Telegram's own limit for an update: https://github.com/tdlib/td, `TQueue.cpp`. It repeats the message
that is answered, each letter beyond ASCII in six bytes, and comes again until it is taken."""

TAKEN = Answer(200)
"""An empty body: a method to call could stand there, but replies leave through the outbox alone."""

_FORGED = Answer(403, b"The secret is missing, or it is another one.")
_TOO_LARGE = Answer(413, b"The body is larger than 512 KiB.")
_MALFORMED = Answer(400, b"The body is not an update in JSON.")

_HEADER = "x-telegram-bot-api-secret-token"


def forged(headers: Mapping[str, str], secret: str) -> Answer | None:
    """What to answer where the headers show that Telegram does not call: they alone prove that it does."""
    given = headers.get(_HEADER, "").encode("utf-8", "surrogatepass")
    return None if hmac.compare_digest(given, secret.encode()) else _FORGED


def update_in(call: Call) -> object | Answer:
    """The update as Telegram wrote it, which has an id; or what to answer instead."""
    if len(call.body) > LIMIT_BYTES:
        return _TOO_LARGE
    raw = _decoded(call.body)
    return _MALFORMED if id_of(raw) is None else raw


def _decoded(body: bytes) -> object:
    """`None` for what is not JSON. Half a character, written as an escape, is a character like any other."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
