"""Sends each authentic payload to its reader, by way of Slack's own framework.

Bolt knows what kinds of payload there are and how each is acknowledged; everything is acknowledged before
anything is done about it. Its signature check is left out: `webhook` makes it with the clock of the call, and
a socket needs none. So are its look-ups: it dials nobody here.
"""

import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, TypeVar

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bridge.noun import Noun
from channels.rooms.tasks import Tasks
from channels.slack import payloads
from channels.slack.api import silent_logger
from channels.slack.blocks import ACTION_PREFIX
from channels.slack.desk import Desk

_UNHANDLED = 404
_FAILED = 500
_OUR_BUTTONS = re.compile(f"^{re.escape(ACTION_PREFIX)}")
_ANY_COMMAND = re.compile("^/.")
"""Slack sends us our own commands only, and a workspace may have given ours another name."""

CHANGES = (
    "member_joined_channel",
    "member_left_channel",
    "subteam_members_changed",
    "subteam_updated",
)
"""What tells that somebody came or went: https://docs.slack.dev/reference/events."""

T = TypeVar("T")


class Acknowledged(Noun):
    """What Slack is to be told at once."""

    status: int
    body: str = ""
    content_type: str = "text/plain"


class Dispatcher:
    """One for both transports."""

    def __init__(self, client: AsyncWebClient, desk: Desk, tasks: Tasks) -> None:
        """Dials nobody."""
        self._tasks = tasks
        silence = silent_logger()
        self._app = AsyncApp(
            name=silence.name,  # Bolt sets the logger of that name as it is told to set its own
            logger=silence,
            client=client,
            authorize=_authorize,
            signing_secret="",
            request_verification_enabled=False,
            ignoring_self_events_enabled=False,
        )
        self._app.action(_OUR_BUTTONS)(self._listener(payloads.touch, desk.touched))
        self._app.command(_ANY_COMMAND)(self._listener(payloads.command, desk.commanded))
        self._app.view(payloads.ASKING)(self._submission(desk))
        self._app.event("app_home_opened")(self._listener(payloads.opened, desk.opened))
        for event in CHANGES:
            self._app.event(event)(self._listener(lambda body: body, desk.changed))

    async def dispatch(self, payload: Mapping[str, Any]) -> Acknowledged | None:
        """Acknowledges; the work goes on by itself. `None` for a payload of no shape that Slack sends."""
        try:
            request = AsyncBoltRequest(body=dict(payload), mode="socket_mode")
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
            return None
        response = await self._app.async_dispatch(request)
        if response.status == _FAILED:
            return None
        if response.status == _UNHANDLED:
            return Acknowledged(200)
        content_type = response.headers.get("content-type", ["text/plain"])[0]
        return Acknowledged(response.status, response.body or "", content_type)

    def _submission(self, desk: Desk) -> Callable[..., Awaitable[None]]:
        """What was written is taken, and the window says that it waits."""

        async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack(response_action="update", view=dict(desk.waiting()))
            found = payloads.submission(body)
            if found is not None:
                self._tasks.begin(desk.submitted(found))

        return listen

    def _listener(
        self,
        read: Callable[[Mapping[str, Any]], T | None],
        serve: Callable[[T], Coroutine[Any, Any, None]],
    ) -> Callable[..., Awaitable[None]]:
        async def listen(ack: AsyncAck, body: dict[str, Any]) -> None:
            await ack()
            found = read(body)
            if found is not None:
                self._tasks.begin(serve(found))

        return listen


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Whoever knows our secret is Slack, and one workspace is all there is: nobody needs to be asked."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
