"""A local Slack: one workspace, one app, one feed channel, and every fault that a test can ask for."""

import asyncio
import json
import secrets
import time
from collections.abc import Mapping, Sequence

from aiohttp import web

from channels.standins.base import Base, Now, system_now
from channels.standins.serving import SocketServer
from channels.standins.slack import payloads
from channels.standins.slack.api import Api
from channels.standins.slack.blocks import Refused, buttons, check_message, check_view, fields
from channels.standins.slack.calls import Caller, Parcel
from channels.standins.slack.faults import Faults
from channels.standins.slack.limits import Limits
from channels.standins.slack.methods import release
from channels.standins.slack.socket import Hub
from channels.standins.slack.workspace import MEMBER, Json, Message, Workspace

EVENTS = "/slack/events"
_ACKNOWLEDGED = 200
_MOST_RESPONSES = 5
"""Uses of one `response_url`."""


class SlackStandIn(Base[SocketServer, Caller]):
    """Speaks Slack's wire protocol on a free local port."""

    def __init__(
        self,
        *,
        socket_mode: bool = False,
        acknowledge_seconds: float = 3.0,
        retry_seconds: Sequence[float] = (0, 60, 300),
        now: Now = system_now,
    ) -> None:
        """`retry_seconds`: when an unacknowledged event is sent again over HTTP."""
        super().__init__(SocketServer(), now)
        self.workspace = Workspace(now)
        self.faults = Faults()
        self.limits = Limits(time.monotonic)
        self.hub = Hub(self.workspace, self.faults, acknowledge_seconds)
        self._socket_mode = socket_mode
        self._retry_seconds = retry_seconds
        self._api = Api(self.workspace, self.faults, self.limits, self._connection_url)
        self._responses: dict[str, tuple[str, int]] = {}
        self.newest: Parcel | None = None
        """What was delivered last."""
        self._base = ""

    @property
    def calls(self) -> list[tuple[str, Json]]:
        """Every call that the service has made, as method and arguments."""
        return self._api.calls

    @property
    def answer(self) -> str:
        """The body with which the newest request was answered."""
        return self._calls.answer if self._calls else ""

    @property
    def channel(self) -> str:
        """The name of the channel where the cards stand."""
        return self.workspace.channel_name

    @property
    def member(self) -> str:
        """The id of somebody who belongs to it."""
        return MEMBER

    async def start(self, public_url: str) -> Mapping[str, str]:
        """Serves; over HTTP, requests go to `public_url`, where a service may or may not be."""
        workspace = self.workspace
        self._calls = Caller(workspace.signing_secret, f"{public_url}{EVENTS}", self._now)
        self._base = await self._server.start(self._app())
        workspace.files_url = f"{self._base}/upload/"
        mode = (
            {"SLACK_APP_TOKEN": workspace.app_token}
            if self._socket_mode
            else {"SLACK_SIGNING_SECRET": workspace.signing_secret}
        )
        return {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_CHANNEL": workspace.channel,
            "SLACK_API_URL": f"{self._base}/api/",
            **mode,
        }

    async def close(self) -> None:
        """Stops serving and calling."""
        await self.hub.hang_up()
        await super().close()

    def messages(self) -> list[Json]:
        """What everybody in the channel sees, oldest first: each message with the replies in its thread."""
        release(self.workspace)
        seen = [one for one in self.workspace.messages if one.only_for is None]
        return [
            {**one.shown(), "replies": [reply.shown() for reply in seen if reply.thread_ts == one.ts]}
            for one in seen
            if one.thread_ts is None
        ]

    def mentions(self) -> list[str]:
        """Whom messages have told, in order: people, groups, and `here` or `channel`."""
        release(self.workspace)
        return [one for message in self.workspace.messages for one in message.mentions]

    def ephemerals(self, user: str) -> list[Json]:
        """What only `user` sees in the channel, oldest first."""
        return [one.shown() for one in self.workspace.messages if one.only_for == user]

    def file(self, name: str) -> bytes | None:
        """The bytes of a file that a message shows, by its id."""
        found = self.workspace.files.get(name)
        return found.content if found else None

    def window(self, user: str) -> Json | None:
        """The window that `user` has opened last, with its id."""
        opened = [view for view in self.workspace.windows.values() if view.user == user]
        return opened[-1].shown() if opened else None

    def home(self, user: str) -> Json | None:
        """The user's home page, with its id."""
        page = self.workspace.homes.get(user)
        return page.shown() if page else None

    async def press(self, user: str, message: Json | str, action_id: str) -> int | None:
        """A user presses a button of a message, or of the window with that id, and confirms where asked.

        Raises `LookupError` where there is no such button.
        """
        if isinstance(message, str) and message in self.workspace.windows:
            return await self._press_window(user, message, action_id)
        found = self._visible(user, message if isinstance(message, str) else message["ts"])
        button = _button(found.blocks, action_id)
        payload = payloads.touched_message(self.workspace, user, found, button, self._response_url(user))
        return await self._tell(Parcel("interactive", payload))

    async def press_home(self, user: str, action_id: str) -> int | None:
        """A user presses a button of their home page; raises `LookupError` without one."""
        page = self.workspace.homes[user]
        button = _button(page.content["blocks"], action_id)
        return await self._tell(
            Parcel("interactive", payloads.touched_view(self.workspace, user, page, button))
        )

    async def _press_window(self, user: str, window: str, action_id: str) -> int | None:
        view = self.workspace.windows[window]
        if view.user != user:
            raise LookupError(window)
        button = _button(view.content["blocks"], action_id)
        return await self._tell(
            Parcel("interactive", payloads.touched_view(self.workspace, user, view, button))
        )

    async def write(self, user: str, block_id: str, text: str) -> int | None:
        """A user writes into a field of their home page, and presses Enter. Raises `LookupError`."""
        page = self.workspace.homes[user]
        found = next((one for one in fields(page.content["blocks"]) if one["block_id"] == block_id), None)
        if found is None:
            raise LookupError(block_id)
        typed = {"type": found["type"], "block_id": block_id, "action_id": found["action_id"], "value": text}
        payload = payloads.touched_view(self.workspace, user, page, typed)
        return await self._tell(Parcel("interactive", payload))

    async def submit(self, user: str, window: str, text: str) -> int | None:
        """A user writes into the first field of the window with that id, and sends it off."""
        view = self.workspace.windows[window]
        if view.user != user:
            raise LookupError(window)
        (field,) = fields(view.content["blocks"])
        payload = payloads.submitted(self.workspace, user, view, dict(field), text)
        status = await self._tell(Parcel("interactive", payload))
        answer = self.hub.answer if self._socket_mode else json.loads(self.answer or "null")
        if isinstance(answer, dict) and answer.get("response_action") == "update":
            check_view(answer["view"])
            blocks = self.workspace.with_ids(answer["view"]["blocks"])
            # What was filled in meanwhile is newer than what the acknowledgement shows.
            if "submit" in view.content:
                view.content = {**answer["view"], "blocks": blocks}
        return status

    async def command(
        self, user: str, text: str, *, name: str = "/rempart", channel: str | None = None
    ) -> int | None:
        """A user gives a slash command, in the feed channel unless told otherwise."""
        place = channel or self.workspace.channel
        fields = payloads.command(
            self.workspace, user, text, name=name, channel=place, response_url=self._response_url(user)
        )
        return await self._tell(Parcel("slash_commands", fields))

    async def open_home(self, user: str) -> int | None:
        """A user opens the app's home page."""
        return await self._tell(Parcel("events_api", payloads.home_opened(self.workspace, user)))

    async def leave(self, user: str) -> int | None:
        """A user leaves the feed channel, or is removed from it."""
        self.workspace.members.discard(user)
        return await self._tell(Parcel("events_api", payloads.left(self.workspace, user)))

    async def tell(self, kind: str, payload: Json) -> int | None:
        """Delivers any payload: `interactive`, `slash_commands` or `events_api`."""
        return await self._tell(Parcel(kind, payload))

    async def redeliver(self, times: int = 1, reason: str = "http_timeout") -> list[int | None]:
        """Delivers the newest payload again, as a retry."""
        if self.newest is None:
            raise LookupError("Nothing was delivered yet.")
        return [await self._deliver(self.newest, retry, reason) for retry in range(1, times + 1)]

    async def verify_url(self) -> bool:
        """Whether the service proves that its URL is its own, as when somebody enters it at Slack."""
        challenge = secrets.token_hex(16)
        parcel = Parcel(
            "events_api", {"type": "url_verification", "token": "deprecated", "challenge": challenge}
        )
        status = await self._calling.post(parcel)
        return status == _ACKNOWLEDGED and challenge in self.answer

    def signed(self, parcel: Parcel) -> dict[str, str]:
        """The headers with which a parcel goes out now."""
        return self._calling.signed(parcel)

    async def _tell(self, parcel: Parcel) -> int | None:
        """The status of the first delivery; an event that nobody took is sent again, later."""
        self.newest = parcel
        status = await self._deliver(parcel)
        if status != _ACKNOWLEDGED and parcel.kind == "events_api" and not self._socket_mode:
            self._begin(self._retry(parcel))
        return status

    async def _deliver(self, parcel: Parcel, retry: int = 0, reason: str = "http_timeout") -> int | None:
        if not self._socket_mode:
            return await self._calling.post(parcel, retry, reason)
        return _ACKNOWLEDGED if await self.hub.deliver(parcel) else None

    async def _retry(self, parcel: Parcel) -> None:
        for retry, seconds in enumerate(self._retry_seconds, start=1):
            await asyncio.sleep(seconds)
            if await self._calling.post(parcel, retry) == _ACKNOWLEDGED:
                return

    def _visible(self, user: str, ts: str) -> Message:
        hidden = self.workspace.is_private and user not in self.workspace.members
        found = None if hidden else self.workspace.find(ts)
        if found is None:
            raise LookupError("This user sees no such message.")
        return found

    def _response_url(self, user: str) -> str:
        token = secrets.token_hex(16)
        self._responses[token] = (user, 0)
        return f"{self._base}/respond/{token}"

    async def _respond(self, request: web.Request) -> web.Response:
        """https://docs.slack.dev/interactivity/handling-user-interaction#message_responses."""
        token = request.match_info["token"]
        user, uses = self._responses.get(token, ("", _MOST_RESPONSES))
        body = await request.json()
        try:
            check_message(body.get("blocks"))
        except Refused:
            return web.Response(status=400, text="invalid_blocks")
        if uses >= _MOST_RESPONSES:
            return web.Response(status=404, text="used_url")
        self._responses[token] = (user, uses + 1)
        ts, blocks = self.workspace.stamp(), self.workspace.with_ids(body["blocks"])
        only_for = None if body.get("response_type") == "in_channel" else user
        self.workspace.messages.append(
            Message(ts, self.workspace.channel, body.get("text", ""), blocks, only_for=only_for)
        )
        return web.Response(text="ok")

    def _connection_url(self) -> str:
        return f"{self._base.replace('http', 'ws', 1)}/link?ticket={self.hub.ticket()}"

    def _app(self) -> web.Application:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api.handle)
        app.router.add_get("/link", self.hub.link)
        app.router.add_post("/respond/{token}", self._respond)
        app.router.add_post("/upload/{file}", self._upload)
        return app

    async def _upload(self, request: web.Request) -> web.Response:
        """The bytes of a file that was announced, as many as were."""
        file, content = self.workspace.files.get(request.match_info["file"]), await request.read()
        if file is None or len(content) != file.length:
            return web.Response(status=400)
        file.content = content
        return web.Response(text=f"OK - {len(content)}")


def _button(blocks: list[Json], action_id: str) -> Json:
    found = next((one for one in buttons(blocks) if one.get("action_id") == action_id), None)
    if found is None:
        raise LookupError("There is no such button.")
    return dict(found)
