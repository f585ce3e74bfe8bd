"""A local Mattermost: one server, one team, a bot account, a feed channel and a slash command.

Keeps what the real one keeps: what a button carries is stored here, and shown to nobody who reads a post.
"""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.standins.base import Base, Now, system_now
from channels.standins.calls import Caller
from channels.standins.faults import HANGS, RESETS, Fault, Queues, under
from channels.standins.serving import LocalServer

Json = dict[str, Any]

_LETTERS = string.ascii_lowercase + string.digits
_LONGEST_MESSAGE = 16_383
_PATIENCE_SECONDS = 30.0
_STYLES = frozenset({"good", "warning", "danger", "default", "primary", "success"})
_POSTS, _PATCH = "posts", "patch"
_LONGEST_TITLE, _MOST_FIELDS = 24, 5


def new_id() -> str:
    """As the server makes them: 26 letters and digits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(26))


@dataclass(slots=True)
class Post:
    """A message."""

    id: str
    channel: str
    author: str
    message: str
    props: Json
    root: str = ""
    edits: int = 0
    only_for: str = ""

    def shown(self) -> Json:
        """As a client gets it: without where its buttons lead, and without what they carry."""
        shown = {"id": self.id, "channel_id": self.channel, "user_id": self.author, "message": self.message}
        attachments = [_stripped(one) for one in self.props.get("attachments", [])]
        props = {**self.props, "attachments": attachments}
        return {**shown, "root_id": self.root, "edits": self.edits, "props": props, "delete_at": 0}


@dataclass(slots=True)
class Faults(Queues):
    """What goes wrong at a call."""

    usual = _POSTS
    unknown = frozenset({Fault.QUEUE_FULL, Fault.INVALID_BLOCKS, Fault.SUSPENDED})


@dataclass(slots=True)
class Server:
    """What the server knows."""

    token: str = field(default_factory=new_id)
    command_token: str = field(default_factory=new_id)
    bot: str = field(default_factory=new_id)
    channel: str = field(default_factory=new_id)
    member: str = field(default_factory=new_id)
    guest: str = field(default_factory=new_id)
    stranger: str = field(default_factory=new_id)
    """An account of the server that is not in the feed channel."""
    names: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    posts: dict[str, Post] = field(default_factory=dict)
    direct: dict[str, str] = field(default_factory=dict)
    """Direct channels with the bot, by whom they are with."""
    inside: set[str] = field(default_factory=set)
    locked: set[str] = field(default_factory=set)
    """Messages that the bot may not edit any more."""
    words_stay: bool = False
    """Whether the admin's time for editing words is over."""

    def __post_init__(self) -> None:
        """Who is there."""
        self.inside |= {self.bot, self.member, self.guest}
        self.names |= {self.bot: "rempart", self.member: "ada", self.guest: "visitor", self.stranger: "zoe"}


class MattermostStandIn(Base[LocalServer, Caller]):
    """Speaks Mattermost's REST API, and calls integrations as its server does."""

    def __init__(self, *, now: Now = system_now) -> None:
        """Nothing is served before `start`."""
        super().__init__(LocalServer(), now)
        self.server, self.faults = Server(), Faults()
        self.retry_after_seconds = 30
        self.calls: list[tuple[str, str]] = []
        """Every call that the service has made, as method and path."""
        self.ephemeral: dict[str, list[Json]] = {}
        """What only somebody was shown, by their id."""
        self.windows: dict[str, Json] = {}
        """Which window stands open before somebody."""
        self._triggers: dict[str, str] = {}
        self._url = ""
        self._base = ""

    @property
    def channel(self) -> str:
        """The id of the feed channel."""
        return self.server.channel

    @property
    def member(self) -> str:
        """The id of somebody who belongs to it."""
        return self.server.member

    async def start(self, public_url: str) -> Mapping[str, str]:
        """Serves; presses and commands go to `public_url`, where a service may or may not be."""
        self._calls, self._url = Caller(_PATIENCE_SECONDS), public_url
        self._base = await self._server.start(self._app())
        return {
            "MATTERMOST_URL": self._base,
            "MATTERMOST_TOKEN": self.server.token,
            "MATTERMOST_CHANNEL": self.server.channel,
            "MATTERMOST_COMMAND_TOKEN": self.server.command_token,
        }

    def messages(self) -> list[Json]:
        """What everybody in the channel sees, oldest first: each message with the replies in its thread."""
        seen = [one for one in self.server.posts.values() if one.channel == self.channel]
        return [
            {**one.shown(), "replies": [reply.shown() for reply in seen if reply.root == one.id]}
            for one in seen
            if not one.root
        ]

    def direct_messages(self, user: str) -> list[str]:
        """What the bot has written to somebody alone."""
        place = self.server.direct.get(user)
        return [one.message for one in self.server.posts.values() if one.channel == place]

    def ephemerals(self, user: str) -> list[Json]:
        """What only `user` was shown, oldest first."""
        return self.ephemeral.get(user, [])

    def delete(self, post: str) -> None:
        """Somebody deletes a message."""
        del self.server.posts[post]

    async def press(self, user: str, post: str, action: str) -> int | None:
        """A user presses a button of a message, or of one that only they see. Raises `LookupError`."""
        found = self.server.posts.get(post) or self._only_for(user, post)
        button = next((one for one in _buttons(found.props) if one["id"] == action), None)
        if button is None:
            raise LookupError(action)
        told = {"user_id": user, "user_name": self.server.names.get(user, ""), "post_id": found.id}
        told |= {"channel_id": found.channel, "team_id": new_id(), "type": "button"}
        told["trigger_id"] = self._triggered(user)
        status = await self.deliver(
            button["integration"]["url"], {**told, "context": button["integration"]["context"]}
        )
        answer = self._answered()
        if status == 200 and answer.get("ephemeral_text"):  # noqa: PLR2004 - taken
            self._show(user, {"text": answer["ephemeral_text"]})
        return status

    async def command(self, user: str, text: str, *, channel: str = "", token: str = "") -> int | None:
        """A user gives the slash command, in the feed channel unless told otherwise."""
        form = {
            "channel_id": channel or self.channel,
            "command": "/rempart",
            "response_url": f"{self._base}/hooks/commands/{new_id()}?for={user}",
            "team_id": new_id(),
            "text": text,
            "token": token or self.server.command_token,
            "trigger_id": self._triggered(user),
            "user_id": user,
            "user_name": self.server.names.get(user, ""),
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        url = f"{self._url}/mattermost/command"
        status = await self._calling.deliver(url, urlencode(form).encode(), headers)
        if status == 200:  # noqa: PLR2004 - taken
            self._show(user, self._answered())
        return status

    async def deliver(self, url: str, payload: Json) -> int | None:
        """Calls an integration with any payload."""
        body = JSONResponse(payload).body
        return await self._calling.deliver(url, bytes(body), {"content-type": "application/json"})

    def carried(self, post: str, action: str) -> Json:
        """What a button of a message carries: the server knows, and no client does."""
        found = next(one for one in _buttons(self.server.posts[post].props) if one["id"] == action)
        context: Json = found["integration"]["context"]
        return context

    async def submit(self, user: str, written: str, **changed: Any) -> Json:
        """A user writes into the window that is open for them: what the server was answered, with its status.

        It closes unless that is an error."""
        window = self.windows[user]
        name = window["dialog"]["elements"][0]["name"]
        told = {
            "type": "dialog_submission",
            "callback_id": window["dialog"]["callback_id"],
            "state": window["dialog"]["state"],
            "user_id": user,
            "channel_id": self.channel,
            "team_id": new_id(),
            "submission": {name: written},
            "cancelled": False,
        }
        status = await self.deliver(window["url"], {**told, **changed})
        answer = self._answered()
        if status == 200 and not answer:  # noqa: PLR2004 - taken
            del self.windows[user]
        return {"status": status, **answer}

    def _triggered(self, user: str) -> str:
        """What lets an integration open a window for somebody."""
        trigger = new_id()
        self._triggers[trigger] = user
        return trigger

    async def _window(self, request: Request) -> Response:
        told = await request.json()
        user, dialog = self._triggers.pop(told.get("trigger_id"), None), told.get("dialog", {})
        if user is None:
            return _error(400, "app.command.tryget.trigger.expired")
        fields = dialog.get("elements", [])
        fit = 0 < len(dialog.get("title", "")) <= _LONGEST_TITLE and 0 < len(fields) <= _MOST_FIELDS
        if not fit or not all(0 < len(one["display_name"]) <= _LONGEST_TITLE for one in fields):
            return _error(400, "api.dialog.invalid")
        self.windows[user] = told
        return JSONResponse({"status": "OK"})

    def _answered(self) -> Json:
        import json  # noqa: PLC0415 - only to read an answer

        try:
            answer = json.loads(self._calling.answer or "{}")
        except ValueError:
            return {}
        return answer if isinstance(answer, dict) else {}

    def _show(self, user: str, told: Json) -> None:
        """What one person sees; a button there can be pressed like any other."""
        props = {"attachments": _checked(told.get("attachments", []))}
        post = Post(new_id(), self.channel, self.server.bot, str(told.get("text", "")), props, only_for=user)
        shown = {**post.shown(), "_post": post}
        self.ephemeral.setdefault(user, []).append(shown)

    def _only_for(self, user: str, post: str) -> Post:
        for shown in self.ephemeral.get(user, []):
            if shown["id"] == post:
                found: Post = shown["_post"]
                return found
        raise LookupError(post)

    def _app(self) -> Starlette:
        base = "/api/v4/"
        return Starlette(
            routes=[
                Route(f"{base}users/me", self._guarded(self._me), methods=["GET"]),
                Route(f"{base}users/{{user}}", self._guarded(self._user), methods=["GET"]),
                Route(f"{base}channels/direct", self._guarded(self._direct), methods=["POST"]),
                Route(f"{base}channels/{{channel}}/members/{{user}}", self._guarded(self._membership)),
                Route(f"{base}channels/{{channel}}/posts", self._guarded(self._newest), methods=["GET"]),
                Route(f"{base}posts", self._guarded(self._post), methods=["POST"]),
                Route(f"{base}posts/{{post}}", self._guarded(self._single), methods=["GET"]),
                Route(f"{base}posts/{{post}}/patch", self._guarded(self._patch), methods=["PUT"]),
                Route(f"{base}actions/dialogs/open", self._guarded(self._window), methods=["POST"]),
                Route("/hooks/commands/{id}", self._later, methods=["POST"]),
            ]
        )

    def _guarded(self, work: Any) -> Any:
        """Counts the call, looks at the token, and goes wrong where a test wants it."""

        async def serve(request: Request) -> Response:
            path = request.url.path.removeprefix("/api/v4/")
            self.calls.append((request.method, path))
            if request.headers.get("authorization") != f"Bearer {self.server.token}":
                return _error(401, "api.context.session_expired.app_error")
            operation = _PATCH if path.endswith("/patch") else path.partition("/")[0]

            async def go_wrong(fault: Fault) -> Response:
                return await self._wrong(fault, request)

            return await under(self.faults.take(operation), lambda: work(request), go_wrong)

        return serve

    async def _wrong(self, fault: Fault, request: Request) -> Response:
        if fault in HANGS | RESETS:
            odd = await self._server.go_wrong(fault, request)
            return odd or Response()
        match fault:
            case Fault.RATE_LIMITED:
                wait = {"X-Ratelimit-Reset": str(self.retry_after_seconds)}
                return Response("limit exceeded", 429, headers=wait)
            case Fault.UNAUTHORIZED:
                return _error(401, "api.context.session_expired.app_error")
            case Fault.UNAVAILABLE_BEFORE:
                return _error(503, "api.unavailable")
            case Fault.ERROR_500_BEFORE | Fault.ERROR_500_AFTER:
                return _error(500, "app.post.save.app_error")
        return await self._server.go_wrong(fault, request, 201) or _error(500, "odd")

    async def _me(self, _request: Request) -> Response:
        return JSONResponse(self._person(self.server.bot) | {"is_bot": True})

    async def _user(self, request: Request) -> Response:
        user = request.path_params["user"]
        if user not in self.server.names:
            return _error(404, "app.user.missing_account.const")
        return JSONResponse(self._person(user))

    def _person(self, user: str) -> Json:
        guest = user == self.server.guest
        return {
            "id": user,
            "username": self.server.names[user],
            "nickname": "",
            "first_name": self.server.names[user].capitalize(),
            "last_name": "",
            "roles": "system_guest" if guest else "system_user",
            "delete_at": 1 if user in self.server.gone else 0,
        }

    async def _membership(self, request: Request) -> Response:
        channel, user = request.path_params["channel"], request.path_params["user"]
        if channel != self.channel or user not in self.server.inside:
            return _error(404, "app.channel.get_member.missing.app_error")
        return JSONResponse({"channel_id": channel, "user_id": user, "roles": "channel_user"})

    async def _direct(self, request: Request) -> Response:
        bot, user = await request.json()
        if bot != self.server.bot or user not in self.server.names:
            return _error(400, "api.channel.create_direct_channel.invalid_user.app_error")
        return JSONResponse({"id": self.server.direct.setdefault(user, new_id())}, 201)

    async def _post(self, request: Request) -> Response:
        told = await request.json()
        root, channel = told.get("root_id", ""), told.get("channel_id")
        if channel not in {self.channel, *self.server.direct.values()}:
            return _error(403, "api.context.permissions.app_error")
        if root and root not in self.server.posts:
            return _error(400, "api.post.create_post.root_id.app_error")
        if len(told.get("message", "")) > _LONGEST_MESSAGE:
            return _error(400, "model.post.is_valid.message_length.app_error")
        try:
            given = told.get("props", {})
            props = {**given, "attachments": _checked(given.get("attachments", []))}
        except ValueError:
            return _error(400, "model.post.is_valid.props.app_error")
        post = Post(new_id(), channel, self.server.bot, told.get("message", ""), props, root)
        self.server.posts[post.id] = post
        return JSONResponse(post.shown(), 201)

    async def _newest(self, request: Request) -> Response:
        channel, most = request.path_params["channel"], int(request.query_params.get("per_page", 60))
        if channel != self.channel or self.server.bot not in self.server.inside:
            return _error(403, "api.context.permissions.app_error")
        found = [one for one in self.server.posts.values() if one.channel == channel][-most:]
        order = [one.id for one in reversed(found)]
        return JSONResponse({"order": order, "posts": {one.id: one.shown() for one in found}})

    async def _single(self, request: Request) -> Response:
        post = self.server.posts.get(request.path_params["post"])
        return _error(404, "app.post.get.app_error") if post is None else JSONResponse(post.shown())

    async def _patch(self, request: Request) -> Response:
        """As the server does it: what is gone may not be edited, and words not after a while, where its admin
        limits that (`PostEditTimeLimit`)."""
        post = self.server.posts.get(request.path_params["post"])
        if post is None or post.id in self.server.locked:
            return _error(403, "api.context.permissions.app_error")
        told = await request.json()
        if self.server.words_stay and "message" in told:
            return _error(400, "api.post.update_post.permissions_time_limit.app_error")
        post.message = told.get("message", post.message)
        props = told.get("props", post.props)
        post.props = {**props, "attachments": _checked(props["attachments"])}
        post.edits += 1
        return JSONResponse(post.shown())

    async def _later(self, request: Request) -> Response:
        self._show(request.query_params["for"], await request.json())
        return Response("ok")


def _error(status: int, name: str) -> Response:
    return JSONResponse({"id": name, "message": "", "request_id": new_id(), "status_code": status}, status)


def _buttons(props: Json) -> list[Json]:
    return [one for drawn in props.get("attachments", []) for one in drawn.get("actions", [])]


def _checked(attachments: list[Json]) -> list[Json]:
    """Raises `ValueError` where the server, or a client, could make nothing of a button."""
    for one in (one for drawn in attachments for one in drawn.get("actions", [])):
        plain = one["id"].isascii() and one["id"].isalnum()
        if not plain or not one["name"] or one["style"] not in _STYLES or not one["integration"]["url"]:
            raise ValueError(one["id"])
    return attachments


def _stripped(attachment: Json) -> Json:
    actions = [{n: v for n, v in one.items() if n != "integration"} for one in attachment.get("actions", [])]
    return {**attachment, "actions": actions}
