"""A room connected to its stand-in over HTTP, whichever it is: what the contract of rooms is tried on."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from slack_sdk.signature import SignatureVerifier

from bridge.card import Card
from bridge.noun import replace
from bridge.ports import Naming, Nesting, Room, Webhook, Wiring
from channels.mattermost.mattermost import Mattermost
from channels.standins.faults import Fault
from channels.standins.mattermost import MattermostStandIn
from rempart.testing.journal import Journal
from tests.channels import slack_world
from tests.channels.services import fronting
from tests.channels.slack_world import CARD, TestHost, system_clock


class NamedRoom(Room, Naming, Nesting, Protocol):
    """A room that knows names, and in whose threads cards can stand."""


class RoomWorld(Protocol):
    """What a test does in a room, and sees there."""

    @property
    def room(self) -> NamedRoom:
        """The room."""

    @property
    def host(self) -> TestHost:
        """Who decides."""

    @property
    def member(self) -> str:
        """Who belongs to the feed channel."""

    @property
    def guest(self) -> str:
        """Who does so as a guest."""

    @property
    def stranger(self) -> str:
        """Who does not."""

    def shown(self) -> list[str]:
        """What the channel shows, as text, a message each, oldest first."""

    def replies(self) -> list[str]:
        """What stands in the thread of the newest message."""

    def labels(self) -> list[str]:
        """What stands on the buttons of the newest message."""

    def delete(self) -> None:
        """Somebody deletes the newest message."""

    async def press(self, user: str, verb: str) -> int | None:
        """Somebody presses the button with that verb of the newest message, and is sure of it."""

    async def command(self, user: str, text: str) -> int | None:
        """Somebody gives the slash command."""

    async def told(self, user: str) -> str:
        """What somebody was told last, and nobody else: once there is something."""

    def overheard(self, user: str) -> int:
        """How much somebody was told alone."""

    async def forge(self) -> list[int | None]:
        """Somebody who is not the provider calls at every door, as if a member had pressed and typed."""

    def fault(self, fault: Fault, on: str = "post") -> None:
        """The next call goes wrong."""

    def be_silent(self) -> None:
        """The provider says no more who belongs where."""

    def hurry(self) -> None:
        """A call is given up soon."""

    def posts(self) -> int:
        """How often the room has posted."""


@dataclass
class InSlack:
    """Slack."""

    world: slack_world.World
    member: str = slack_world.MEMBER
    guest: str = "U0GUEST"
    stranger: str = slack_world.STRANGER

    def __post_init__(self) -> None:
        """A guest of the workspace is in the channel."""
        self.world.standin.limits.seconds_between_posts = 0
        workspace = self.world.standin.workspace
        workspace.members.add(self.guest)
        workspace.restricted.add(self.guest)
        workspace.names[self.guest] = "guest"

    @property
    def room(self) -> NamedRoom:
        return self.world.room

    @property
    def host(self) -> TestHost:
        return self.world.host

    def shown(self) -> list[str]:
        return [slack_world.said(one) for one in self.world.standin.messages()]

    def replies(self) -> list[str]:
        return [slack_world.said(one) for one in self._newest["replies"]]

    def labels(self) -> list[str]:
        return [one["text"]["text"] for one in slack_world.drawn_buttons(self._newest["blocks"])]

    @property
    def _newest(self) -> dict[str, Any]:
        return self.world.standin.messages()[-1]

    def delete(self) -> None:
        self.world.standin.workspace.messages.pop()

    async def press(self, user: str, verb: str) -> int | None:
        message = self._newest
        return await self.world.standin.press(user, message, slack_world.action(message, verb))

    async def command(self, user: str, text: str) -> int | None:
        return await self.world.standin.command(user, text)

    async def told(self, user: str) -> str:
        standin = self.world.standin

        def answered() -> bool:
            return standin.window(user) is not None or bool(standin.ephemerals(user))

        await slack_world.until(answered, f"{user} was answered")
        if standin.window(user) is not None:
            await slack_world.until(lambda: "on their way" not in self._window(user), "the window filled")
            return self._window(user)
        return (await self.world.told(user, 1))[-1]

    def _window(self, user: str) -> str:
        return slack_world.said(self.world.standin.window(user) or {"blocks": []})

    def overheard(self, user: str) -> int:
        return len(self.world.standin.ephemerals(user)) + (self.world.standin.window(user) is not None)

    async def forge(self) -> list[int | None]:
        self.world.standin._calling._verifier = SignatureVerifier("another")
        return [await self.press(self.member, "mute"), await self.command(self.member, "shield")]

    def fault(self, fault: Fault, on: str = "post") -> None:
        methods = {"post": "chat.postMessage", "edit": "chat.update", "note": "chat.postMessage"}
        self.world.standin.faults.next(fault, on=methods[on])

    def be_silent(self) -> None:
        assert self.world.room._parts is not None
        self.world.room._parts.members.patience_seconds = 0.3
        self.world.standin.faults.next(*[Fault.UNAVAILABLE_BEFORE] * 9, on="conversations.members")

    def hurry(self) -> None:
        assert self.world.room._parts is not None
        self.world.room._parts.api.patience_seconds = 0.5
        self.world.room._parts.api.patience_for_posts = 0.5

    def posts(self) -> int:
        return self.world.counted("chat.postMessage")


@dataclass
class InMattermost:
    """Mattermost."""

    standin: MattermostStandIn
    room: Mattermost
    host: TestHost
    url: str

    @property
    def member(self) -> str:
        return self.standin.server.member

    @property
    def guest(self) -> str:
        return self.standin.server.guest

    @property
    def stranger(self) -> str:
        return self.standin.server.stranger

    def shown(self) -> list[str]:
        return [text_of(one) for one in self.standin.messages()]

    def replies(self) -> list[str]:
        return [text_of(one) for one in self._newest["replies"]]

    def labels(self) -> list[str]:
        return [one["name"] for drawn in attachments(self._newest) for one in drawn["actions"]]

    @property
    def _newest(self) -> dict[str, Any]:
        return self.standin.messages()[-1]

    def delete(self) -> None:
        self.standin.delete(self._newest["id"])

    async def press(self, user: str, verb: str) -> int | None:
        post = self._newest["id"]
        told = len(self.host.acts)
        status = await self.standin.press(user, post, self.action(post, verb))
        again = self.standin.ephemerals(user)
        if status == 200 and len(self.host.acts) == told and again and "again" in again[-1]["message"]:
            status = await self.standin.press(user, post, self.action(post, verb))
        return status

    def action(self, post: str, verb: str) -> str:
        """The id of the first button with that verb."""
        shown = next(one for one in self.standin.messages() if one["id"] == post)
        ids = [one["id"] for drawn in attachments(shown) for one in drawn["actions"]]
        return next(str(one) for one in ids if self.standin.carried(post, one)["verb"] == verb)

    async def command(self, user: str, text: str) -> int | None:
        return await self.standin.command(user, text)

    async def told(self, user: str) -> str:
        await slack_world.until(lambda: bool(self.standin.ephemerals(user)), f"{user} was told something")
        return text_of(self.standin.ephemerals(user)[-1])

    def overheard(self, user: str) -> int:
        return len(self.standin.ephemerals(user)) + len(self.standin.direct_messages(user))

    async def forge(self) -> list[int | None]:
        post = self._newest["id"]
        carried = self.standin.carried(post, self.action(post, "mute"))
        press = {"user_id": self.member, "post_id": post, "channel_id": self.standin.channel}
        forged: list[Mapping[str, Any]] = [
            {},
            {"verb": "mute", "target": "brave-heron-42", "asked": "", "code": "0" * 64},
            {**carried, "target": "calm-otter-17"},
            {**carried, "verb": "mute_all"},
            {**carried, "code": carried["code"][:-1]},
            {**carried, "code": None},
        ]
        doors = [
            await self.standin.deliver(f"{self.url}/mattermost/actions", {**press, "context": one})
            for one in forged
        ]
        return [*doors, await self.standin.command(self.member, "shield", token="another")]

    def fault(self, fault: Fault, on: str = "post") -> None:
        self.standin.faults.next(fault, on={"post": "posts", "edit": "patch", "note": "posts"}[on])

    def be_silent(self) -> None:
        assert self.room._parts is not None
        self.room._parts.members.patience_seconds = 0.3
        self.standin.faults.next(*[Fault.UNAVAILABLE_BEFORE] * 9, on="channels")

    def hurry(self) -> None:
        assert self.room._parts is not None
        self.room._parts.api.patience_seconds = 0.5

    def posts(self) -> int:
        return self.standin.calls.count(("POST", "posts"))


def attachments(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is attached to a message."""
    return list(message["props"]["attachments"])


def text_of(message: Mapping[str, Any]) -> str:
    """Every text of a message, in order."""
    parts = [str(message["message"])]
    for one in attachments(message):
        parts += [str(one.get(name, "")) for name in ("title", "text")]
        parts += [f"{field['title']}\n{field['value']}" for field in one.get("fields", [])]
        parts.append(str(one.get("footer", "")))
    return "\n".join(filter(None, parts))


@asynccontextmanager
async def in_slack() -> AsyncIterator[RoomWorld]:
    """Slack over HTTP."""
    async with slack_world.living() as world:
        yield InSlack(world)


@asynccontextmanager
async def in_mattermost() -> AsyncIterator[InMattermost]:
    """Mattermost."""
    hooks: dict[str, Webhook] = {}
    standin, host = MattermostStandIn(), TestHost()
    async with fronting(hooks) as url:
        environment = await standin.start(url)
        wiring = Wiring(Journal().append, system_clock, url, host)
        room = Mattermost.connect(environment, wiring)
        assert room is not None
        hooks.update(room.webhooks())
        await room.open()
        try:
            await room.introduce()
            yield InMattermost(standin, room, host, url)
        finally:
            await room.close()
            await standin.close()


ROOMS: Mapping[str, Callable[[], AbstractAsyncContextManager[RoomWorld]]] = {
    "slack": in_slack,
    "mattermost": in_mattermost,
}


async def posted(world: RoomWorld, card: Card = CARD) -> str:
    """A card stands in the channel; where."""
    return await world.room.post(card)


def other(card: Card, title: str) -> Card:
    """The same card with another title."""
    return replace(card, title=title)


def as_json(value: object) -> str:
    """To look for something anywhere in it."""
    return json.dumps(value, ensure_ascii=False, default=str)
