"""Calls Slack's Web API through its SDK: each once, bounded in time, and every failure a short code."""

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import Any

from aiohttp import ClientResponse, ClientSession
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bridge.model import Micros
from bridge.ports import Unreachable
from channels.dialling import instant, wait
from channels.rooms.faults import unreachable
from channels.slack.settings import Settings

SCOPES: Mapping[str, frozenset[str]] = {
    "apps.connections.open": frozenset(),
    "auth.test": frozenset(),
    "chat.deleteScheduledMessage": frozenset({"chat:write"}),
    "chat.postEphemeral": frozenset({"chat:write"}),
    "chat.postMessage": frozenset({"chat:write"}),
    "chat.scheduleMessage": frozenset({"chat:write"}),
    "chat.scheduledMessages.list": frozenset(),
    "chat.update": frozenset({"chat:write"}),
    "conversations.members": frozenset({"channels:read", "groups:read"}),
    "files.completeUploadExternal": frozenset({"files:write"}),
    "files.getUploadURLExternal": frozenset({"files:write"}),
    "usergroups.list": frozenset({"usergroups:read"}),
    "users.info": frozenset({"users:read"}),
    "views.open": frozenset(),
    "views.publish": frozenset(),
    "views.update": frozenset(),
}
"""Every method that is ever called, with the bot's scopes that it needs: https://docs.slack.dev/reference/methods.

`conversations.members` needs one of its two, by the kind of channel. `apps.connections.open` needs
`connections:write`, which belongs to the app-level token.
"""

_POSTS = frozenset({"chat.postMessage", "chat.scheduleMessage", "chat.scheduledMessages.list", "chat.update"})
"""What puts something up, or changes it, and what tells whether it stands."""

_CODE = re.compile(r"[a-z][a-z0-9_]{1,60}")
_RATE_LIMITED = frozenset({"ratelimited", "rate_limited"})
_IN_DOUBT = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
"""Slack's own words for not knowing: https://docs.slack.dev/reference/methods/chat.postMessage#errors."""

_CLIENT_ERROR = 400
_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


class Api:
    """Slack's methods by their own names."""

    patience_seconds: float = 10
    """How long a call may take in all."""

    patience_for_posts: float = 28
    """The same for what puts something up: given up too soon, it stands there twice. The house gives up every
    outside call within 30 s."""

    def __init__(self, settings: Settings, session: ClientSession) -> None:
        """Dials nobody. The SDK's own repeats are switched off: a repeated post is a second card."""
        self.client = AsyncWebClient(
            settings.bot_token,
            base_url=settings.api_url,
            session=session,
            logger=silent_logger(),
            retry_handlers=[],
        )
        self.client.proxy = None  # the SDK takes one from the process's environment

    async def call(self, method: str, **arguments: Any) -> Mapping[str, Any]:
        """What Slack answers. Raises `Unreachable` with Slack's own short code, or ours."""
        answer = await self._answered(method, arguments)
        return answer.data if isinstance(answer.data, dict) else {}

    async def who(self) -> tuple[str, frozenset[str] | None]:
        """Our own user id, and the scopes that the token has, where Slack says. Raises `Unreachable`."""
        answer = await self._answered("auth.test", {})
        told = answer.data if isinstance(answer.data, dict) else {}
        scopes = _header(answer.headers, "x-oauth-scopes")
        given = None if scopes is None else frozenset(map(str.strip, scopes.split(",")))
        return str(told.get("user_id") or ""), given

    async def time(self) -> Micros:
        """By Slack's clock. Raises `Unreachable`."""
        date = instant(_header((await self._answered("auth.test", {})).headers, "date") or "")
        if date is None:
            raise Unreachable("unreadable")
        return date

    def _patience(self, method: str) -> float:
        return self.patience_for_posts if method in _POSTS else self.patience_seconds

    async def _answered(self, method: str, arguments: Mapping[str, Any]) -> AsyncSlackResponse:
        if method not in SCOPES:
            raise ValueError(f"{method} is missing in SCOPES: enter it with the scopes that it needs.")
        try:
            async with asyncio.timeout(self._patience(method)):
                answer: AsyncSlackResponse = await getattr(self.client, method.replace(".", "_"))(**arguments)
        except Exception as fault:  # noqa: BLE001 - an odd answer can upset the SDK anywhere
            raise _unreachable(fault) from None
        return answer


def silent_logger() -> logging.Logger:
    """For SDKs that would log whole payloads: what we say of Slack, we say ourselves."""
    logger = logging.getLogger("channels.slack.sdk")
    logger.setLevel(logging.CRITICAL + 1)
    return logger


def _header(headers: Mapping[str, Any], name: str) -> str | None:
    """However the SDK has its name spelt."""
    found = {known.casefold(): value for known, value in headers.items()}.get(name)
    return None if found is None else str(found)


def _unreachable(fault: Exception) -> Unreachable:
    if isinstance(fault, SlackApiError):
        answer = fault.response
        if isinstance(answer, AsyncSlackResponse):
            return _refusal(answer.status_code, answer.headers, answer.data)
        if isinstance(answer, ClientResponse):  # the SDK could not read it: how it was sent still counts
            return _refusal(answer.status, answer.headers, None)
    return unreachable(fault)


def _refusal(status: int, headers: Mapping[str, Any], told: object) -> Unreachable:
    found = told.get("error") if isinstance(told, dict) else None
    error = found if isinstance(found, str) else ""
    if status == _TOO_MANY_REQUESTS or error in _RATE_LIMITED:
        return Unreachable("rate_limited", wait(str(headers.get("Retry-After", ""))))
    if status >= _SERVER_ERROR:
        return Unreachable(f"http_{status}", in_doubt=True)
    if _CODE.fullmatch(error):
        return Unreachable(error, in_doubt=error in _IN_DOUBT)
    if status >= _CLIENT_ERROR:
        return Unreachable(f"http_{status}")
    return Unreachable("unreadable", in_doubt=True)
