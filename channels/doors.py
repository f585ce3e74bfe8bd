"""The front doors of the channels, and light: an SDK is loaded where its channel is on, and not before.

Touches floors 0-1 of the bridge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from channels.slack.settings import VARIABLES as OF_SLACK
from channels.slack.settings import read_settings as read_slack
from channels.telegram_bot.addresses import ADDRESSES
from channels.telegram_bot.settings import VARIABLES as OF_TELEGRAM
from channels.telegram_bot.settings import read_settings as read_telegram
from channels.telegram_bot.translation import CHANNEL as TELEGRAM
from channels.twilio.addresses import addresses
from channels.twilio.settings import VARIABLES as OF_TWILIO
from channels.twilio.settings import read_settings as read_twilio
from channels.twilio.translation import CHANNEL as SMS

if TYPE_CHECKING:
    from bridge.ports import Addresses, Channel, Wiring


class Slack:
    """The room."""

    name = "slack"
    variables = OF_SLACK

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
    variables = OF_TWILIO

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
    variables = OF_TELEGRAM

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
