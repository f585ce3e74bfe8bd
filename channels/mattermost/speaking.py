"""Says something to one person: in a direct message, at the URL of their command, or by a window.

What cannot be told is left out: nobody waits for it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import ClientError, ClientSession

from bridge.ports import Clock, Unreachable
from bridge.wording import Words
from channels.mattermost.api import Api
from channels.mattermost.dialogs import find_dialog, state_for
from channels.mattermost.payloads import Seal
from channels.mattermost.reading import Told
from channels.mattermost.settings import Settings
from channels.rooms.fence import belongs

_ANSWER_SECONDS = 10

Asking = Callable[[str, str], Awaitable[bool]]
"""Opens a window by a trigger, for somebody; whether it stands."""


class Voice:
    """The bot, to one person at a time."""

    def __init__(
        self, settings: Settings, api: Api, session: ClientSession, seal: Seal, words: Callable[[], Words]
    ) -> None:
        """Dials nobody."""
        self._api, self._session, self._seal, self._words = api, session, seal, words
        self._is_server = belongs(settings.url)

    async def message(self, user: str, told: Told) -> None:
        """In a direct message."""
        drawn = {"props": {"attachments": list(told.attachments)}} if told.attachments else {}
        try:
            me = await self._api.mapping("GET", "users/me")
            direct = await self._api.mapping("POST", "channels/direct", [me.get("id"), user])
            said = {"channel_id": direct.get("id"), "message": told.text, **drawn}
            await self._api.mapping("POST", "posts", said)
        except Unreachable:
            return

    async def answer(self, url: str, told: Told) -> None:
        """At the URL that came with a command, if it leads to the server."""
        if not self._is_server(url):
            return
        try:
            async with (
                asyncio.timeout(_ANSWER_SECONDS),
                self._session.post(url, json=ephemeral(told), allow_redirects=False),
            ):
                return
        except (TimeoutError, ClientError, OSError, ValueError):
            return

    def asking(self, url: str, clock: Clock) -> Asking:
        """Opens windows whose contents come to `url`."""

        async def ask(trigger: str, actor: str) -> bool:
            state = state_for(self._seal, actor, clock())
            try:
                window = find_dialog(self._words(), url, trigger, state)
                await self._api.call("POST", "actions/dialogs/open", window)
            except Unreachable:
                return False
            return True

        return ask


def ephemeral(told: Told) -> dict[str, Any]:
    """What only the one who asked sees."""
    drawn = {"attachments": list(told.attachments)} if told.attachments else {}
    return {"response_type": "ephemeral", "text": told.text or "-", "skip_slack_parsing": True, **drawn}
