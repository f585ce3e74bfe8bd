"""The Mattermost channel: one feed channel of one server. Touches floors 0-1 of the bridge."""

import asyncio
import hmac
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession

from bridge.card import Card, Note
from bridge.checkup import Examined
from bridge.errors import Misconfigured
from bridge.model import Answer, Call
from bridge.ports import Channel, Host, Unreachable, Webhook, Wiring
from bridge.wording import Words
from channels.mattermost.api import Api
from channels.mattermost.desk import CHANNEL, Desk, Told
from channels.mattermost.examination import examined
from channels.mattermost.members import Members
from channels.mattermost.payloads import Seal, command, read_form, read_json, touch
from channels.mattermost.room import Feed, Room
from channels.mattermost.settings import Settings, read_settings
from channels.rooms.fence import belongs, fenced_session
from channels.rooms.tasks import Tasks

ACTIONS, COMMAND = "/mattermost/actions", "/mattermost/command"
LIMIT_BYTES = 64 * 1024

_FORGED = Answer(403, b"The call does not come from the Mattermost server that this room is on.")
_TOO_LARGE = Answer(413, b"The body is larger than 64 KiB.")
_MALFORMED = Answer(400, b"The body cannot be read as Mattermost sends it.")

_ANSWER_SECONDS = 10


@dataclass(frozen=True, slots=True)
class _Open:
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
        self.others: Collection[str] = ()
        """The feed channels of other lines on the same server."""

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> "Mattermost | None":
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        settings = read_settings(environment, wiring.public_url)
        return None if settings is None else cls(settings, wiring)

    def webhooks(self) -> Mapping[str, Webhook]:
        """What a pressed button calls, and the slash command."""
        return {ACTIONS: self._pressed, COMMAND: self._commanded}

    async def open(self) -> None:
        """Makes the HTTP session and everything around it."""
        settings, host = self.settings, self._wiring.host
        session, tasks, url = fenced_session(settings.url), Tasks(), f"{settings.public_url}{ACTIONS}"
        api = Api(settings, session)
        members = Members(api, settings.channel, self._wiring.clock)
        room = Room(api, members, Feed(settings.channel, url, self._seal), self._words)
        desk = None if host is None else self._desk(host, members, tasks, url)
        self._parts = _Open(session, tasks, api, members, room, desk)

    def _desk(self, host: Host, members: Members, tasks: Tasks, url: str) -> Desk:
        return Desk(
            host=host,
            clock=self._wiring.clock,
            members=members,
            seal=self._seal,
            actions_url=url,
            words=self._words,
            tasks=tasks,
            message=self._message,
            answer=self._answer,
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

    async def edit(self, where: str, card: Card) -> bool:
        """Makes the posted card show this state; false when it is gone. Raises `Unreachable`."""
        return await self._opened().room.edit(where, card)

    async def note(self, where: str, note: Note) -> None:
        """Says something once in the card's thread. Raises `Unreachable`."""
        await self._opened().room.note(where, note)

    async def names(self, people: Collection[str]) -> Mapping[str, str]:
        """What people are called, where the server says so in time."""
        return await self._opened().members.names(people)

    async def _pressed(self, call: Call) -> Answer:
        if len(call.body) > LIMIT_BYTES:
            return _TOO_LARGE
        payload = read_json(call.body)
        context = payload.get("context") if payload else None
        if not isinstance(context, Mapping) or not self._seal.is_ours(context):
            return _FORGED
        pressed, desk = touch(payload or {}, call.arrived_at), self._opened().desk
        if pressed is None or desk is None:
            return _MALFORMED
        told = await desk.touched(pressed)
        return _json({"ephemeral_text": told.text, "skip_slack_parsing": True} if told.text else {})

    async def _commanded(self, call: Call) -> Answer:
        if len(call.body) > LIMIT_BYTES:
            return _TOO_LARGE
        form = read_form(call.body)
        if form is None or not self._is_for_us(form):
            return _FORGED
        given, desk = command(form, call.arrived_at), self._opened().desk
        if given is None or desk is None:
            return _MALFORMED
        return _json(_ephemeral(await desk.commanded(given)))

    def _is_for_us(self, form: Mapping[str, str]) -> bool:
        """By the command's token; of several lines on one server, each has what its channel's people type."""
        token = form.get("token", "").encode("utf-8", "replace")
        ours = hmac.compare_digest(token, self.settings.command_token.encode())
        return ours and form.get("channel_id") not in self.others

    async def _message(self, user: str, text: str) -> None:
        """In a direct message of the bot's. What cannot be told is left out."""
        api = self._opened().api
        try:
            me = await api.mapping("GET", "users/me")
            direct = await api.mapping("POST", "channels/direct", [me.get("id"), user])
            await api.mapping("POST", "posts", {"channel_id": direct.get("id"), "message": text})
        except Unreachable:
            return

    async def _answer(self, url: str, told: Told) -> None:
        """At the URL that came with a command, if it leads to the server; what cannot be told is left out."""
        if not belongs(self.settings.url)(url):
            return
        try:
            async with (
                asyncio.timeout(_ANSWER_SECONDS),
                self._opened().session.post(url, json=_ephemeral(told), allow_redirects=False),
            ):
                return
        except (TimeoutError, ClientError, OSError, ValueError):
            return

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
            raise Misconfigured(
                f"The line {line} has the same Mattermost channel as another: give each its own feed channel."
            )
        places[place] = line
    for one in rooms.values():
        one.others = {channel for _, channel in places} - {one.settings.channel}


def _ephemeral(told: Told) -> dict[str, Any]:
    """What only the one who asked sees."""
    drawn = {"attachments": list(told.attachments)} if told.attachments else {}
    return {"response_type": "ephemeral", "text": told.text or "-", "skip_slack_parsing": True, **drawn}


def _json(told: object) -> Answer:
    return Answer(200, json.dumps(told).encode(), "application/json")
