"""The account behind the Telegram stand-in: one bot, its chats, what was written there, who blocked it."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from bridge.standin import Author
from channels.standins.telegram import bodies
from channels.standins.telegram.bodies import Body


@dataclass(slots=True)
class Record:
    """One message, as Telegram keeps it."""

    chat: int
    by: Author
    text: str
    at: datetime
    message_id: int
    body: Body
    id: str
    """What the service may know it by: the update's id, or the message's for what the service sent."""
    arrived: float = 0.0
    """Seconds on a clock that only runs forward: for counting what came how fast."""
    parameters: Body = field(default_factory=dict)
    """With which the service sent it."""


@dataclass(slots=True)
class Account:
    """One bot."""

    id: int
    username: str
    token: str = field(repr=False)
    files: dict[str, bytes] = field(default_factory=dict)
    """By its id: what was sent to the bot."""
    languages: dict[int, str | None] = field(default_factory=dict)
    """People who have opened a chat, with what their application is set to."""
    groups: set[int] = field(default_factory=set)
    """Those that the bot is in."""
    blocked: set[int] = field(default_factory=set)
    gone: set[int] = field(default_factory=set)
    """People who have deleted their account, and groups that threw the bot out."""
    commands: dict[tuple[str, str], list[Body]] = field(default_factory=dict)
    """Menus by scope and language; both empty for what holds everywhere."""
    lacks: set[str] = field(default_factory=set)
    """Methods, in lower case, that this server has not: an older one, or one of somebody's own."""
    log: list[Record] = field(default_factory=list)
    _message_ids: "count[int]" = field(default_factory=lambda: count(1))

    @classmethod
    def new(cls, username: str) -> "Account":
        """A bot that nobody else has."""
        id_ = 10**9 + secrets.randbelow(10**9)
        return cls(id_, username, f"{id_}:{secrets.token_urlsafe(26)}")

    @property
    def user(self) -> Body:
        """The bot itself."""
        return bodies.bot(self.id, self.username)

    def knows(self, chat: int) -> bool:
        """Whether the bot can have heard of a chat."""
        return chat in self.languages or chat in self.groups or chat in self.gone

    def person(self, id_: int) -> Body:
        """Somebody, with the language where it is known."""
        return bodies.user(id_, self.languages.get(id_))

    def chat(self, id_: int) -> Body:
        """With a person, or a group's."""
        return bodies.private_chat(id_) if id_ > 0 else bodies.group_chat(id_)

    def next_message_id(self) -> int:
        """Unique within the account."""
        return next(self._message_ids)

    def of(self, chat: int) -> list[Record]:
        """What was written in a chat, oldest first."""
        return [record for record in self.log if record.chat == chat]
