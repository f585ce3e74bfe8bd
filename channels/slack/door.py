"""The front door of the room, and light: Slack's SDK is loaded where it is on, and not before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bridge.ports import Ids, Question
from channels.slack.settings import APP_TOKEN, BOT_TOKEN, CHANNEL, SIGNING_SECRET, VARIABLES, read_settings

if TYPE_CHECKING:
    from bridge.ports import Channel, Wiring


class Slack:
    """The room."""

    name = "slack"
    variables = VARIABLES
    own = (CHANNEL,)
    place = CHANNEL
    usual: Final = True
    ids = Ids(r"[UWS][A-Z0-9]{1,20}", "U024BE7LH")

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """One app in several channels: an act belongs to the line in whose channel it is done."""
        from channels.slack.several import join  # noqa: PLC0415 - its SDK is slow to load

        join(channels)

    @staticmethod
    def questions(public_url: str | None) -> Sequence[Question]:
        """Slack calls us where it can; else we dial it."""
        proof = APP_TOKEN if public_url is None else SIGNING_SECRET
        return Question(BOT_TOKEN, secret=True), Question(proof, secret=True), Question(CHANNEL)

    @staticmethod
    def guide(public_url: str | None) -> str:
        """A link that makes the app."""
        from channels.slack.manifest import link  # noqa: PLC0415 - it loads the SDK

        return link(public_url)

    @staticmethod
    def connect(environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        if read_settings(environment) is None:
            return None
        from channels.slack.slack import Slack as On  # noqa: PLC0415 - its SDK is slow to load

        return On.connect(environment, wiring)
