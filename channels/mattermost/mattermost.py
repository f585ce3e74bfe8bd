"""The Mattermost channel: one feed channel of one server. Touches floors 0-1 of the bridge."""

from collections.abc import Collection, Mapping, Sequence

from aiohttp import ClientSession

from bridge.card import Card, Note
from bridge.checkup import Examined
from bridge.errors import Misconfigured
from bridge.noun import Noun
from bridge.ports import Channel, Host, Webhook, Wiring
from bridge.wording import Words
from channels.mattermost.api import Api
from channels.mattermost.desk import CHANNEL, Desk
from channels.mattermost.examination import examined
from channels.mattermost.hooks import ACTIONS, DIALOGS, Hooks
from channels.mattermost.members import Members
from channels.mattermost.payloads import Seal
from channels.mattermost.room import Feed, Room
from channels.mattermost.settings import Settings, read_settings
from channels.mattermost.speaking import Voice
from channels.rooms.fence import fenced_session
from channels.rooms.tasks import Tasks


class _Open(Noun):
    """What exists between `open` and `close`."""

    session: ClientSession
    tasks: Tasks
    api: Api
    members: Members
    room: Room
    desk: Desk | None


class Mattermost:
    """Shows cards, and hands what the team does with them to the host."""

    name = CHANNEL

    def __init__(self, settings: Settings, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        self.settings, self._wiring = settings, wiring
        self._seal = Seal(settings)
        self._parts: _Open | None = None
        self.hooks = Hooks(settings, self._seal, lambda: self._opened().desk)

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> "Mattermost | None":
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        settings = read_settings(environment, wiring.public_url)
        return None if settings is None else cls(settings, wiring)

    def webhooks(self) -> Mapping[str, Webhook]:
        """What a pressed button calls, the slash command, and the window."""
        return self.hooks.all()

    async def open(self) -> None:
        """Makes the HTTP session and everything around it."""
        settings, host = self.settings, self._wiring.host
        session, tasks, url = fenced_session(settings.url), Tasks(), f"{settings.public_url}{ACTIONS}"
        api = Api(settings, session)
        members = Members(api, settings.channel, self._wiring.clock)
        room = Room(api, members, Feed(settings.channel, url, self._seal), self._words)
        voice = Voice(settings, api, session, self._seal, self._words)
        desk = None if host is None else self._desk(host, members, tasks, voice)
        self._parts = _Open(session, tasks, api, members, room, desk)

    def _desk(self, host: Host, members: Members, tasks: Tasks, voice: Voice) -> Desk:
        url, clock = self.settings.public_url, self._wiring.clock
        return Desk(
            host=host,
            clock=clock,
            members=members,
            seal=self._seal,
            actions_url=f"{url}{ACTIONS}",
            words=self._words,
            tasks=tasks,
            message=voice.message,
            answer=voice.answer,
            ask=voice.asking(f"{url}{DIALOGS}", clock),
        )

    async def close(self) -> None:
        """Drops what is under way and lets go of connections; may be called at any time, and twice."""
        parts, self._parts = self._parts, None
        if parts is not None:
            await parts.tasks.close()
            await parts.session.close()

    async def introduce(self) -> None:
        """Looks whether the server knows the bot. Raises `Unreachable`."""
        await self._opened().api.mapping("GET", "users/me")

    async def examine(self) -> Sequence[Examined]:
        """Looks at the bot, and whether it is in the feed channel."""
        parts = self._opened()
        return await examined(parts.api, self.settings, parts.members)

    async def post(self, card: Card) -> str:
        """Posts a card; returns where it stands. Raises `Unreachable`."""
        return await self._opened().room.post(card)

    async def recall(self, card: Card) -> str | None:
        """Where a card stands that may have been posted. Raises `Unreachable`."""
        return await self._opened().room.recall(card)

    async def post_under(self, where: str, card: Card) -> str:
        """Posts a card in another's thread; returns where it stands. Raises `Unreachable`."""
        return await self._opened().room.post_under(where, card)

    async def edit(self, where: str, card: Card) -> bool:
        """Makes the posted card show this state; false when it is gone. Raises `Unreachable`."""
        return await self._opened().room.edit(where, card)

    async def note(self, where: str, note: Note) -> None:
        """Says something once in the card's thread. Raises `Unreachable`."""
        await self._opened().room.note(where, note)

    async def names(self, people: Collection[str]) -> Mapping[str, str]:
        """What people are called, where the server says so in time."""
        return await self._opened().members.names(people)

    def _opened(self) -> _Open:
        if self._parts is None:
            raise RuntimeError("The Mattermost channel must be opened before it is used.")
        return self._parts

    def _words(self) -> Words:
        host = self._wiring.host
        return Words(host.language if host else "en", room="room")


def join(channels: Mapping[str, Channel]) -> None:
    """Several lines on one server: a command belongs to the line in whose channel it is given, and elsewhere
    to the first. A button knows its line by its code. Raises `Misconfigured` where two have one channel."""
    rooms = {line: one for line, one in channels.items() if isinstance(one, Mattermost)}
    places: dict[tuple[str, str], str] = {}
    for line, one in rooms.items():
        place = one.settings.url, one.settings.channel
        if place in places:
            raise Misconfigured(f"The line {line} has the same feed channel as another: give each its own.")
        places[place] = line
    for one in rooms.values():
        one.hooks.others = {channel for _, channel in places} - {one.settings.channel}
