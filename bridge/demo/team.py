"""The team's side: the room's stand-in, as one of its members has it before them."""

from collections.abc import Mapping
from typing import Any, cast

from bridge.demo.app import NotThere
from bridge.standin import StandIn, Wall

_ROOM = "slack"
_OK = 200

NEWEST = 30
"""Private answers that the page shows."""


class Team:
    """What a member of the team sees and does, if a room's stand-in is there."""

    def __init__(self, doubles: Mapping[str, StandIn], language: str) -> None:
        """`doubles` by the name of their channel; `language` is what the team reads."""
        self._wall = cast(Wall, doubles[_ROOM]) if _ROOM in doubles else None
        self._language = language

    def speak(self, language: str) -> None:
        """What the team reads from now on."""
        self._language = language

    def picture(self, file: str) -> bytes | None:
        """A picture that the channel shows, by its id."""
        return self._wall.file(file) if self._wall else None

    def sight(self) -> dict[str, Any] | None:
        """The channel, what only this member sees, and the window they opened last; `None` without a room."""
        wall = self._wall
        if wall is None:
            return None
        return {
            "channel": wall.channel,
            "language": self._language,
            "messages": wall.messages(),
            "answers": wall.ephemerals(wall.member)[-NEWEST:],
            "window": wall.window(wall.member),
        }

    async def press(self, message: str, action: str) -> bool:
        """Presses a button; whether the service took it. Raises `NotThere`."""
        wall = self._there()
        try:
            return await wall.press(wall.member, message, action) == _OK
        except LookupError as error:
            raise NotThere("There is no such button any more: look at the card again.") from error

    async def command(self, text: str) -> bool:
        """Gives the slash command; whether the service took it. Raises `NotThere`."""
        wall = self._there()
        return await wall.command(wall.member, text) == _OK

    def _there(self) -> Wall:
        if self._wall is None:
            raise NotThere("There is no room here: load the page again.")
        return self._wall
