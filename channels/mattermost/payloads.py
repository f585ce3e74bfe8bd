"""Reads what Mattermost sends when somebody presses a button or gives a command, and tells whether it is
Mattermost that sends it. Pure.

No signature stands under a press. What an integration puts into a button's `context` is kept on the server
and shown to no client (https://developers.mattermost.com/integrate/plugins/interactive-messages/): so each
button carries a code that only we can make, over what it does. Who pressed it, the server says beside it.
"""

import hmac
import json
import re
from collections.abc import Mapping
from hashlib import blake2b, sha256
from typing import Any
from urllib.parse import parse_qsl

from bridge.card import Button
from bridge.moderation.targets import read_found
from bridge.noun import Noun
from channels.mattermost.settings import ID, Settings

_VERB = re.compile(r"[a-z][a-z_]{0,31}")
_TRIGGER = re.compile(r"[!-~]{1,300}")
_LONGEST_TARGET, _LONGEST_FOUND, _LONGEST_ASKED = 96, 1900, 600
_MOST_FIELDS = 60


class Touch(Noun):
    """Somebody pressed one of our buttons."""

    key: str
    """The same for every repeat of one press."""
    actor: str
    verb: str
    target: str
    asked: str = ""
    """What is to be asked before it is done: title and text; empty where it is done at once."""
    trigger: str = ""
    """What a window can be opened by, for three seconds."""


class Command(Noun):
    """Somebody gave our slash command."""

    key: str
    actor: str
    text: str
    channel: str
    response_url: str = ""
    trigger: str = ""
    """Likewise."""


class Seal:
    """Makes and knows the codes of one room's buttons."""

    def __init__(self, settings: Settings) -> None:
        """The key follows from the bot's token: a new token makes the old buttons worthless."""
        purpose = f"buttons:{settings.channel}".encode()
        self._key = blake2b(purpose, key=sha256(settings.token.encode()).digest(), digest_size=32).digest()

    def context(self, button: Button) -> dict[str, str]:
        """What a button carries."""
        asked = f"{button.confirm.title}\n{button.confirm.text}"[:_LONGEST_ASKED] if button.confirm else ""
        return {
            "verb": button.verb,
            "target": button.target,
            "asked": asked,
            "code": self._code(button.verb, button.target, asked),
        }

    def is_ours(self, context: Mapping[str, Any]) -> bool:
        """Whether we made it."""
        told = [context.get(name) for name in ("verb", "target", "asked", "code")]
        texts = [one for one in told if isinstance(one, str)]
        if len(texts) < len(told):
            return False
        *carried, code = texts
        return hmac.compare_digest(self._code(*carried).encode(), code.encode("utf-8", "replace"))

    def window_code(self, actor: str, until: str) -> str:
        """What a window carries that is opened for somebody, for so long."""
        return self._code("window", actor, until)

    def is_window(self, actor: str, until: str, code: str) -> bool:
        """Whether we opened it, for them, and for so long."""
        ours = self.window_code(actor, until)
        return hmac.compare_digest(ours.encode(), code.encode("utf-8", "replace"))

    def _code(self, *carried: str) -> str:
        said = json.dumps(carried).encode()
        return hmac.new(self._key, said, sha256).hexdigest()


def touch(payload: Mapping[str, Any], arrived_at: int) -> Touch | None:
    """From an authentic press; `None` where it cannot be read."""
    context, actor = payload.get("context"), _id(payload.get("user_id"))
    if not isinstance(context, Mapping) or not actor:
        return None
    verb, target, asked = (str(context.get(name, "")) for name in ("verb", "target", "asked"))
    longest = _LONGEST_TARGET if read_found(target) is None else _LONGEST_FOUND
    if not _VERB.fullmatch(verb) or len(target) > longest or not target.isprintable():
        return None
    trigger = _trigger(payload.get("trigger_id"))
    once = trigger or f"{_id(payload.get('post_id'))}:{arrived_at}"
    return Touch(f"touch:{actor}:{_short(once)}", actor, verb, target, asked, trigger)


def command(form: Mapping[str, str], arrived_at: int) -> Command | None:
    """From an authentic slash command; `None` where it cannot be read."""
    actor, channel = _id(form.get("user_id")), _id(form.get("channel_id"))
    if not actor or not channel:
        return None
    trigger = _trigger(form.get("trigger_id"))
    key = f"command:{actor}:{_short(trigger or f'{channel}:{arrived_at}')}"
    return Command(key, actor, form.get("text", ""), channel, form.get("response_url", ""), trigger)


def read_json(body: bytes) -> dict[str, Any] | None:
    """A press as it comes; `None` where it is no object."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def read_form(body: bytes) -> dict[str, str] | None:
    """A slash command as it comes; `None` where it is none."""
    try:
        told = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        return None
    return dict(told)


def _id(value: object) -> str:
    return value if isinstance(value, str) and ID.fullmatch(value) else ""


def _trigger(value: object) -> str:
    return value if isinstance(value, str) and _TRIGGER.fullmatch(value) else ""


def _short(once: str) -> str:
    return sha256(once.encode()).hexdigest()[:32]
