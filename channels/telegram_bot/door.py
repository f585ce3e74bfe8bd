"""The front door of the bot, and light: Telegram's SDK is loaded where it is on, and not before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bridge.ports import Question
from channels.telegram_bot.addresses import ADDRESSES
from channels.telegram_bot.settings import OWN, VARIABLES, read_settings
from channels.telegram_bot.translation import CHANNEL

if TYPE_CHECKING:
    from bridge.ports import Addresses, Channel, Wiring


class Telegram:
    """A bot."""

    name = CHANNEL
    variables = VARIABLES
    own = OWN
    place = None
    usual: Final = True

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """Several bots: each has its own secret, and is called by it."""
        from channels.telegram import join  # noqa: PLC0415 - its SDK is slow to load

        join(channels)

    @staticmethod
    def questions(_public_url: str | None) -> Sequence[Question]:
        """The token is all that it takes."""
        return (Question("TELEGRAM_BOT_TOKEN", secret=True),)

    @staticmethod
    def guide(_public_url: str | None) -> str:
        """Whom to ask for a bot."""
        return "https://t.me/BotFather"

    @staticmethod
    def connect(environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        if read_settings(environment) is None:
            return None
        from channels.telegram import Telegram as On  # noqa: PLC0415 - its SDK is slow to load

        return On.connect(environment, wiring)

    @staticmethod
    def addresses(_environment: Mapping[str, str]) -> Addresses:
        """The numbers of chats."""
        return ADDRESSES
