"""The Slack channel: one feed channel of one workspace. Touches floors 0-1 of the bridge and Slack's SDKs."""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

from bridge.card import Card, Note
from bridge.checkup import Examined
from bridge.model import Answer, Call, Micros
from bridge.ports import Guarded, Parting, Webhook, Wiring
from bridge.wording import Words
from channels.rooms.nobody import Nobody
from channels.slack.bolt import Acknowledged
from channels.slack.desk import CHANNEL
from channels.slack.examination import examined
from channels.slack.parts import Parts, opened
from channels.slack.settings import Settings, read_settings
from channels.slack.socket_mode import Socket
from channels.slack.switchboard import Listening, Switchboard
from channels.slack.webhook import EVENTS, LIMIT_BYTES, Receiver, glance


class Slack:
    """Shows cards, and hands what the team does with them to the host."""

    name = CHANNEL

    def __init__(self, settings: Settings, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        self._settings = settings
        self._wiring = wiring
        self._host = wiring.host or Nobody()
        self._parts: Parts | None = None
        self._listening = Listening()
        self._changes = 0
        """Of the connection, as far as they were told."""
        self._switchboard: Switchboard | None = None
        self._receives = True

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> "Slack | None":
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        settings = read_settings(environment)
        return None if settings is None else cls(settings, wiring)

    def webhooks(self) -> Mapping[str, Webhook]:
        """`/slack/events` for everything; nothing in Socket Mode, where we dial Slack, nor where another line
        receives for the app."""
        dialled = self._settings.app_token or not self._receives
        return {} if dialled else {EVENTS: Guarded(self._receive, glance, largest=LIMIT_BYTES)}

    async def open(self) -> None:
        """Makes the HTTP session and everything around it."""
        mark = self._settings.channel if self._switchboard else ""
        self._parts = opened(self._settings, self._wiring.clock, self._host, self._words, mark)

    async def close(self) -> None:
        """Drops what is under way and lets go of connections; may be called at any time, and twice."""
        parts, self._parts = self._parts, None
        self._listening.forget()
        if parts is not None:
            await parts.tasks.close()
            await parts.session.close()

    async def introduce(self) -> None:
        """In Socket Mode, begins to dial Slack, and goes on for ever. Raises `Unreachable` while in vain."""
        parts, app_token = self._opened(), self._settings.app_token
        if app_token:
            dial = partial(self._dial, parts, app_token)
            await self._listening.begin(self._settings.channel, dial, parts.tasks)

    async def changed(self) -> None:
        """Returns whenever the connection of Socket Mode was made or lost since it returned last."""
        self._changes = await self._listening.changed(self._changes)

    async def time(self) -> Micros:
        """By Slack's clock. Raises `Unreachable`."""
        return await self._opened().api.time()

    async def examine(self) -> Sequence[Examined]:
        """Looks at the app, its scopes, and whether it is in the feed channel."""
        return await examined(self._opened().api, self._settings, self._opened().members)

    async def stand_by(self) -> None:
        """Hangs up: Slack would hand us what the process that leads is to answer."""
        await self._listening.end(self._settings.channel)

    def _dial(self, parts: Parts, app_token: str) -> Socket:
        changed = self._listening.change
        return Socket(app_token, parts.api, parts.session, self._dispatch, parts.tasks, changed=changed)

    async def _dispatch(self, payload: Mapping[str, Any]) -> Acknowledged | None:
        """Whoever hears for several lines has each of them served."""
        return await (self._switchboard.dispatch if self._switchboard else self.serve)(payload)

    async def serve(self, payload: Mapping[str, Any]) -> Acknowledged | None:
        """Acknowledges what is for this line, and serves it."""
        return await self._opened().dispatcher.dispatch(payload)

    async def post(self, card: Card) -> str:
        """Posts a card; returns where it stands. Raises `Unreachable`."""
        return await self._opened().room.post(card)

    async def post_under(self, where: str, card: Card) -> str:
        """Posts a card in another's thread; returns where it stands. Raises `Unreachable`."""
        return await self._opened().room.post_under(where, card)

    async def edit(self, where: str, card: Card) -> bool:
        """Makes the posted card show this state; false when it is gone. Raises `Unreachable`."""
        return await self._opened().room.edit(where, card)

    async def note(self, where: str, note: Note) -> None:
        """Says something once in the card's thread. Raises `Unreachable`."""
        await self._opened().room.note(where, note)

    @property
    def settings(self) -> Settings:
        """What the app is known by, and where it speaks."""
        return self._settings

    def share(self, switchboard: Switchboard, listening: Listening, *, receives: bool) -> None:
        """What comes is for several lines; one of them receives it."""
        self._switchboard, self._listening, self._receives = switchboard, listening, receives

    async def names(self, people: Collection[str]) -> Mapping[str, str]:
        """What people are called, where Slack says so in time."""
        return await self._opened().people.names(people)

    async def leave(self, words: Note, at: Micros) -> Parting:
        """Has Slack say something in the channel at `at`, unless it is withdrawn. Raises `Unreachable`."""
        return await self._opened().room.leave(words, at)

    async def left(self) -> Sequence[Parting]:
        """What Slack is still to say in the channel for us. Raises `Unreachable`."""
        return await self._opened().room.left()

    async def withdraw(self, parting: Parting) -> None:
        """Has Slack not say it after all. Raises `Unreachable`."""
        await self._opened().room.withdraw(parting)

    async def _receive(self, call: Call) -> Answer:
        return await Receiver(self._settings.signing_secret or "", self._dispatch).receive(call)

    def _opened(self) -> Parts:
        if self._parts is None:
            raise RuntimeError("The Slack channel must be opened before it is used.")
        return self._parts

    def _words(self) -> Words:
        return Words(self._host.language, room="room")
