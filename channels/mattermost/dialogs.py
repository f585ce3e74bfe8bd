"""The window in which somebody writes what to look for, as one of Mattermost's interactive dialogs. Pure.

https://developers.mattermost.com/integrate/plugins/interactive-dialogs/. Its reader's client is shown what it
carries, and sends that back; who sent it, the server says beside it. So what it carries is good for whom it
was opened, for an hour, and nobody else can make it.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from bridge.grammar import Asked, searched
from bridge.model import HOUR, SECOND, Micros
from bridge.noun import Noun
from bridge.wording import Words
from channels.mattermost.payloads import Seal
from channels.mattermost.settings import ID

FIND = "find"
"""What the dialog is called, and its field."""

GOOD_FOR: Micros = HOUR
_LONGEST_TITLE, _LONGEST_HELP, _LONGEST_PHRASE = 24, 150, 200
_LONGEST_UNTIL = 12  # digits


class Submission(Noun):
    """Somebody has written what to look for."""

    key: str
    actor: str
    wanted: Asked


def find_dialog(words: Words, url: str, trigger: str, state: str) -> dict[str, Any]:
    """What opens the window, at `trigger`; `url`: where the server says what was written."""
    field = {
        "display_name": words("find_title")[:_LONGEST_TITLE],
        "name": FIND,
        "type": "text",
        "help_text": words("find_hint")[:_LONGEST_HELP],
        "max_length": _LONGEST_PHRASE,
    }
    dialog = {
        "callback_id": FIND,
        "title": words("find_title")[:_LONGEST_TITLE],
        "introduction_text": words("find_label"),
        "elements": [field],
        "submit_label": words("find_submit"),
        "notify_on_cancel": False,
        "state": state,
    }
    return {"trigger_id": trigger, "url": url, "dialog": dialog}


def state_for(seal: Seal, actor: str, now: Micros) -> str:
    """What the window carries."""
    until = str((now + GOOD_FOR) // SECOND)
    return f"{until}.{seal.window_code(actor, until)}"


def submission(payload: Mapping[str, Any], seal: Seal, now: Micros) -> Submission | None:
    """What was written, by whoever the window was opened for; `None` for anything else."""
    actor, state, told = payload.get("user_id"), payload.get("state"), payload.get("submission")
    if not (isinstance(actor, str) and ID.fullmatch(actor) and isinstance(state, str)):
        return None
    until, _, code = state.partition(".")
    if not seal.is_window(actor, until, code) or not _lasts(until, now):
        return None
    written = told.get(FIND) if isinstance(told, Mapping) else None
    if not isinstance(written, str) or payload.get("cancelled"):
        return None
    once = sha256(f"{state} {written}".encode("utf-8", "replace")).hexdigest()[:32]
    return Submission(f"window:{actor}:{once}", actor, searched(written))


def _lasts(until: str, now: Micros) -> bool:
    """It is ours by now: so it holds digits."""
    return len(until) <= _LONGEST_UNTIL and now < int(until) * SECOND
