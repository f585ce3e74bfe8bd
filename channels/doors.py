"""The front doors of the channels, and light: an SDK is loaded where its channel is on, and not before.

Touches floors 0-1 of the bridge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from channels.slack.settings import CHANNEL as FEED
from channels.slack.settings import read_settings as read_slack
from channels.telegram_bot.addresses import ADDRESSES
from channels.telegram_bot.settings import OWN as BOT
from channels.telegram_bot.settings import read_settings as read_telegram
from channels.telegram_bot.translation import CHANNEL as TELEGRAM
from channels.twilio.addresses import addresses
from channels.twilio.settings import NUMBER
from channels.twilio.settings import read_settings as read_twilio
from channels.twilio.translation import CHANNEL as SMS

if TYPE_CHECKING:
    from bridge.ports import Addresses, Channel, Wiring


class Slack:
    """The room."""

    name = "slack"
    own = (FEED,)
    place = FEED

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """One app in several channels: an act belongs to the line in whose channel it is done."""
        from channels.slack.slack import join  # noqa: PLC0415 - its SDK is slow to load

        join(channels)

    @staticmethod
    def connect(environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        if read_slack(environment) is None:
            return None
        from channels.slack.slack import Slack as On  # noqa: PLC0415 - its SDK is slow to load

        return On.connect(environment, wiring)


class Sms:
    """A Twilio number."""

    name = SMS
    own = (NUMBER,)
    place = NUMBER

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """Several numbers of an account: a message belongs to the line that it was written to."""
        from channels.sms import join  # noqa: PLC0415 - its SDK is slow to load

        join(channels)

    @staticmethod
    def connect(environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        if read_twilio(environment) is None:
            return None
        from channels.sms import Sms as On  # noqa: PLC0415 - its SDK is slow to load

        return On.connect(environment, wiring)

    @staticmethod
    def addresses(environment: Mapping[str, str]) -> Addresses:
        """Telephone numbers, and short codes."""
        return addresses(environment)


class Telegram:
    """A bot."""

    name = TELEGRAM
    own = BOT
    place = None

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """Several bots: each has its own secret, and is called by it."""
        from channels.telegram import join  # noqa: PLC0415 - its SDK is slow to load

        join(channels)

    @staticmethod
    def connect(environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        if read_telegram(environment) is None:
            return None
        from channels.telegram import Telegram as On  # noqa: PLC0415 - its SDK is slow to load

        return On.connect(environment, wiring)

    @staticmethod
    def addresses(_environment: Mapping[str, str]) -> Addresses:
        """The numbers of chats."""
        return ADDRESSES
