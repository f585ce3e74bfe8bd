"""The front door of the room: what speaks to the server is loaded where it is on, and not before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bridge.ports import Ids, Question
from channels.mattermost.settings import CHANNEL, COMMAND_TOKEN, TOKEN, URL, VARIABLES, read_settings

if TYPE_CHECKING:
    from bridge.ports import Channel, Wiring


class Mattermost:
    """A room on a server of the team's own."""

    name = "mattermost"
    variables = VARIABLES
    own = (CHANNEL,)
    place = CHANNEL
    ids = Ids(r"[a-z0-9]{26}", "qmd5oqtwoibz8cuzxzg5ekshgr")

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """Several feed channels on one server: a command belongs to the line in whose channel it is given."""
        from channels.mattermost.mattermost import join  # noqa: PLC0415 - only where there are several

        join(channels)

    @staticmethod
    def questions(_public_url: str | None) -> Sequence[Question]:
        """The server, the bot, its channel and the command."""
        token, proof = Question(TOKEN, secret=True), Question(COMMAND_TOKEN, secret=True)
        return Question(URL), token, Question(CHANNEL), proof

    @staticmethod
    def guide(_public_url: str | None) -> str:
        """How a bot account is made."""
        return "https://developers.mattermost.com/integrate/reference/bot-accounts/"

    @staticmethod
    def connect(environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        if read_settings(environment, wiring.public_url) is None:
            return None
        from channels.mattermost.mattermost import Mattermost as On  # noqa: PLC0415 - only where it is on

        return On.connect(environment, wiring)
