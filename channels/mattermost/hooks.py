"""What the server calls: a pressed button, the slash command, a window that was filled in.

Nothing is believed that does not prove where it comes from.
"""

import hmac
import json
from collections.abc import Callable, Collection, Mapping

from bridge.model import Answer, Call
from bridge.ports import Webhook
from channels.mattermost.desk import Desk
from channels.mattermost.dialogs import submission
from channels.mattermost.payloads import Seal, command, read_form, read_json, touch
from channels.mattermost.settings import Settings
from channels.mattermost.speaking import ephemeral

ACTIONS, COMMAND, DIALOGS = "/mattermost/actions", "/mattermost/command", "/mattermost/dialogs"
LIMIT_BYTES = 64 * 1024

_FORGED = Answer(403, b"The call does not come from the Mattermost server that this room is on.")
_TOO_LARGE = Answer(413, b"The body is larger than 64 KiB.")
_MALFORMED = Answer(400, b"The body cannot be read as Mattermost sends it.")


class Hooks:
    """Those of one room."""

    def __init__(self, settings: Settings, seal: Seal, desk: Callable[[], Desk | None]) -> None:
        """`desk` is asked for once a call has proved where it comes from."""
        self._settings, self._seal, self._desk = settings, seal, desk
        self.others: Collection[str] = ()
        """The feed channels of other lines on the same server."""

    def all(self) -> Mapping[str, Webhook]:
        """By path."""
        return {ACTIONS: self._pressed, COMMAND: self._commanded, DIALOGS: self._submitted}

    async def _pressed(self, call: Call) -> Answer:
        if len(call.body) > LIMIT_BYTES:
            return _TOO_LARGE
        payload = read_json(call.body)
        context = payload.get("context") if payload else None
        if not isinstance(context, Mapping) or not self._seal.is_ours(context):
            return _FORGED
        pressed, desk = touch(payload or {}, call.arrived_at), self._desk()
        if pressed is None or desk is None:
            return _MALFORMED
        told = await desk.touched(pressed)
        return _json({"ephemeral_text": told.text, "skip_slack_parsing": True} if told.text else {})

    async def _submitted(self, call: Call) -> Answer:
        if len(call.body) > LIMIT_BYTES:
            return _TOO_LARGE
        written = submission(read_json(call.body) or {}, self._seal, call.arrived_at)
        if written is None:
            return _FORGED
        desk = self._desk()
        refused = "" if desk is None else await desk.submitted(written)
        return _json({"error": refused} if refused else {})

    async def _commanded(self, call: Call) -> Answer:
        if len(call.body) > LIMIT_BYTES:
            return _TOO_LARGE
        form = read_form(call.body)
        if form is None or not self._is_for_us(form):
            return _FORGED
        given, desk = command(form, call.arrived_at), self._desk()
        if given is None or desk is None:
            return _MALFORMED
        return _json(ephemeral(await desk.commanded(given)))

    def _is_for_us(self, form: Mapping[str, str]) -> bool:
        """By the command's token; of several lines on one server, each has what its channel's people type."""
        token = form.get("token", "").encode("utf-8", "replace")
        ours = hmac.compare_digest(token, self._settings.command_token.encode())
        return ours and form.get("channel_id") not in self.others


def _json(told: object) -> Answer:
    return Answer(200, json.dumps(told).encode(), "application/json")
