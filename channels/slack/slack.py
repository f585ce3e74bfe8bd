"""The Slack channel: one feed channel of one workspace. Touches floors 0-1 of the bridge and Slack's SDKs."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from aiohttp import ClientSession

from bridge.card import Bundle, Card, Discovery, Home, Note, Sample
from bridge.checkup import Examined
from bridge.errors import StoreUnavailable
from bridge.model import Act, Answer, Call, Micros
from bridge.ports import Guarded, Parting, Webhook, Wiring
from bridge.wording import Language, Words
from channels.slack.answers import Answers
from channels.slack.api import Api
from channels.slack.bolt import Dispatcher
from channels.slack.desk import CHANNEL, Desk
from channels.slack.examination import examined
from channels.slack.fence import belongs, fenced_session
from channels.slack.home import Homes
from channels.slack.members import Members
from channels.slack.modal import SamplesWindow
from channels.slack.people import People
from channels.slack.pictures import Pictures
from channels.slack.room import Room
from channels.slack.settings import Settings, read_settings
from channels.slack.socket_mode import Socket
from channels.slack.tasks import Tasks
from channels.slack.webhook import EVENTS, Receiver, glance


@dataclass(frozen=True, slots=True)
class _Open:
    """What exists between `open` and `close`."""

    session: ClientSession
    tasks: Tasks
    api: Api
    members: Members
    room: Room
    people: People
    desk: Desk
    dispatcher: Dispatcher


class Slack:
    """Shows cards, and hands what the team does with them to the host."""

    name = CHANNEL

    def __init__(self, settings: Settings, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        self._settings = settings
        self._wiring = wiring
        self._host = wiring.host or _Nobody()
        self._parts: _Open | None = None
        self._socket: Socket | None = None
        self._listening: asyncio.Task[None] | None = None

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> "Slack | None":
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        settings = read_settings(environment)
        return None if settings is None else cls(settings, wiring)

    def webhooks(self) -> Mapping[str, Webhook]:
        """`/slack/events` for everything; nothing in Socket Mode, where we dial Slack."""
        return {} if self._settings.app_token else {EVENTS: Guarded(self._receive, glance)}

    async def open(self) -> None:
        """Makes the HTTP session and everything around it."""
        settings, clock = self._settings, self._wiring.clock
        session, tasks = fenced_session(settings.api_url), Tasks()
        api = Api(settings, session)
        people = People(api, clock)
        members = Members(api, settings.channel, clock, people)
        ours = belongs(settings.api_url)
        desk = Desk(
            host=self._host,
            clock=clock,
            members=members,
            answers=Answers(api, session, ours),
            homes=Homes(api, self._host, members, self._words),
            samples=SamplesWindow(api, self._host, self._words),
            tasks=tasks,
            words=self._words,
        )
        room = Room(api, settings.channel, self._words, Pictures(api, session, ours))
        dispatcher = Dispatcher(api.client, desk, tasks)
        self._parts = _Open(session, tasks, api, members, room, people, desk, dispatcher)

    async def close(self) -> None:
        """Drops what is under way and lets go of connections; may be called at any time, and twice."""
        parts, self._parts, self._socket, self._listening = self._parts, None, None, None
        if parts is not None:
            await parts.tasks.close()
            await parts.session.close()

    async def introduce(self) -> None:
        """In Socket Mode, begins to dial Slack, and goes on for ever. Raises `Unreachable` while in vain."""
        parts, app_token = self._opened(), self._settings.app_token
        if app_token and self._socket is None:
            self._socket = Socket(app_token, parts.api, parts.session, parts.dispatcher.dispatch, parts.tasks)
            self._listening = parts.tasks.begin(self._socket.run())
        if self._socket is not None:
            await self._socket.check()

    async def examine(self) -> Sequence[Examined]:
        """Looks at the app, its scopes, and whether it is in the feed channel."""
        parts = self._opened()
        return await examined(parts.api, self._settings, parts.members)

    async def stand_by(self) -> None:
        """Hangs up: Slack would hand us what the process that leads is to answer."""
        listening, self._listening, self._socket = self._listening, None, None
        if listening is not None:
            listening.cancel()
            await asyncio.wait({listening})

    async def post(self, card: Card) -> str:
        """Posts a card; returns where it stands. Raises `Unreachable`."""
        return await self._opened().room.post(card)

    async def edit(self, where: str, card: Card) -> bool:
        """Makes the posted card show this state; false when it is gone. Raises `Unreachable`."""
        return await self._opened().room.edit(where, card)

    async def note(self, where: str, note: Note) -> None:
        """Says something once in the card's thread. Raises `Unreachable`."""
        await self._opened().room.note(where, note)

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
        secret = self._settings.signing_secret or ""
        return await Receiver(secret, self._opened().dispatcher.dispatch).receive(call)

    def _opened(self) -> _Open:
        if self._parts is None:
            raise RuntimeError("The Slack channel must be opened before it is used.")
        return self._parts

    def _words(self) -> Words:
        host = self._wiring.host
        return Words(host.language if host else "en", room="slack")


class _Nobody:
    """Stands where no host is: nothing can be decided, and nothing is."""

    language: Language = "en"
    region = "FR"
    zone: tzinfo = UTC
    organisers: Collection[str] = ()

    async def act(self, act: Act) -> str:
        """Decides nothing."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    async def samples(self, act: Act) -> Sequence[Sample]:
        """Shows nothing."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    async def doubtful(self, act: Act) -> Sequence[Bundle]:
        """Shows nobody."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    async def find(self, act: Act) -> Discovery:
        """Finds nothing."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    async def home(self, page: int = 0, phrase: str = "") -> Home:
        """Knows nothing."""
        del page, phrase
        raise StoreUnavailable("Nobody is there to say how things stand.")

    async def why(self, target: str) -> str:
        """Knows nobody."""
        del target
        raise StoreUnavailable("Nobody is there to say why.")

    async def look_up(self, act: Act) -> str:
        """Knows nobody."""
        raise StoreUnavailable(f"Nobody is there to decide about {act.verb}.")

    def may(self, act: Act) -> bool:
        """Whatever is asked, nobody decides."""
        del act
        return True
