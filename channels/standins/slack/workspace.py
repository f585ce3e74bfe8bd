"""The workspace behind the Slack stand-in: its secrets, its people, what they see, and who may open what."""

import secrets
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from channels.standins.base import Now
from channels.standins.slack.scheduled import Scheduled

ALL_SCOPES = frozenset(
    {
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:read",
        "usergroups:read",
        "users:read",
    }
)
MEMBER = "U0ORGANISER"
"""Who is in the feed channel, until somebody says otherwise."""
TRIGGER_SECONDS = 3.0
"""https://docs.slack.dev/interactivity/handling-user-interaction."""

Json = dict[str, Any]


def _id(letter: str) -> str:
    return letter + secrets.token_hex(5).upper()


@dataclass(slots=True)
class Message:
    """One message as the channel shows it."""

    ts: str
    channel: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    only_for: str | None = None
    """Set when it is ephemeral: nobody else sees it."""
    edits: int = 0
    files: list[Json] = field(default_factory=list)
    """Pictures that it shows, by id and title."""
    mentions: tuple[str, ...] = ()
    """Whom it told when it was posted."""

    def shown(self) -> Json:
        """As plain data."""
        return {
            "ts": self.ts,
            "channel": self.channel,
            "text": self.text,
            "blocks": self.blocks,
            "thread_ts": self.thread_ts,
            "edits": self.edits,
            "files": self.files,
            "mentions": list(self.mentions),
        }


@dataclass(slots=True)
class View:
    """A window that stands open, or a home page."""

    id: str
    user: str
    content: Json

    def shown(self) -> Json:
        """As plain data."""
        return {"id": self.id, **self.content}


@dataclass(slots=True)
class File:
    """What was announced, and then sent."""

    name: str
    length: int
    content: bytes | None = None


@dataclass(slots=True)
class Trigger:
    """The right to open one window."""

    user: str
    until: float
    spent: bool = False


@dataclass(slots=True)
class Workspace:
    """One workspace with one app and its feed channel."""

    clock: Now
    is_private: bool = False
    """Whether the feed channel is."""
    guests: dict[str, str] = field(default_factory=dict)
    """Whom a shared channel brings along, each with their own workspace."""
    restricted: set[str] = field(default_factory=set)
    """Guests of this workspace."""
    names: dict[str, str] = field(default_factory=lambda: {MEMBER: "organiser"})
    """What people chose to be called."""
    files: dict[str, "File"] = field(default_factory=dict)
    """What was uploaded, by its id."""
    files_url: str = ""
    """Where uploads go."""
    scopes: frozenset[str] = ALL_SCOPES
    """What the app was granted when it was installed."""
    members: set[str] = field(default_factory=lambda: {MEMBER})
    """Who is in the feed channel."""
    further: dict[str, set[str]] = field(default_factory=dict)
    """Other channels that the app is in, each with who is in it."""
    groups: dict[str, set[str]] = field(default_factory=dict)
    """User groups, with who is in them."""
    page: int = 100
    """The most members that are told at once."""
    team: str = field(default_factory=lambda: _id("T"))
    app: str = field(default_factory=lambda: _id("A"))
    bot: str = field(default_factory=lambda: _id("U"))
    channel: str = field(default_factory=lambda: _id("C"))
    channel_name: str = "feed"
    bot_token: str = field(default_factory=lambda: f"xoxb-{secrets.token_hex(16)}", repr=False)
    app_token: str = field(default_factory=lambda: f"xapp-1-{secrets.token_hex(16)}", repr=False)
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    messages: list[Message] = field(default_factory=list)
    scheduled: dict[str, Scheduled] = field(default_factory=dict)
    """What is to be posted later, by its id."""
    windows: dict[str, View] = field(default_factory=dict)
    """By the id of the view."""
    homes: dict[str, View] = field(default_factory=dict)
    """By user."""
    triggers: dict[str, Trigger] = field(default_factory=dict)
    _serial: "count[int]" = field(default_factory=lambda: count(1))

    def within(self, channel: str) -> set[str] | None:
        """Who is in a channel; `None` where there is no such channel, or the app is not in it."""
        return self.members if channel == self.channel else self.further.get(channel)

    def now(self) -> float:
        """Seconds since 1970."""
        return self.clock().timestamp()

    def stamp(self, at: float | None = None) -> str:
        """A new `ts`: unique in its channel, and in order; of now, unless an instant is given."""
        return f"{int(self.now() if at is None else at)}.{next(self._serial):06}"

    def find(self, ts: str) -> Message | None:
        """A message that everybody in the channel sees."""
        return next((one for one in self.messages if one.ts == ts and one.only_for is None), None)

    def trigger(self, user: str) -> str:
        """A new right to open a window."""
        name = f"{next(self._serial)}.{secrets.token_hex(8)}"
        self.triggers[name] = Trigger(user, self.now() + TRIGGER_SECONDS)
        return name

    def with_ids(self, blocks: list[Json]) -> list[Json]:
        """Blocks and buttons as Slack keeps them: those without an id are given one."""
        return [_named(block, f"b{next(self._serial)}") for block in blocks]


def _named(block: Json, name: str) -> Json:
    named: Json = {"block_id": name, **block}
    if block["type"] == "actions":
        named["elements"] = [
            {"action_id": f"{name}{place}", **element} for place, element in enumerate(block["elements"])
        ]
    return named
