"""The front doors of the channels, and light: an SDK is loaded where its channel is on, and not before.

Touches floors 0-1 of the bridge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bridge.ports import Question
from channels.mattermost.settings import CHANNEL as MATTERMOST_CHANNEL
from channels.mattermost.settings import COMMAND_TOKEN
from channels.mattermost.settings import TOKEN as MATTERMOST_TOKEN
from channels.mattermost.settings import URL as MATTERMOST_URL
from channels.mattermost.settings import VARIABLES as OF_MATTERMOST
from channels.mattermost.settings import read_settings as read_mattermost
from channels.slack.manifest import link
from channels.slack.settings import APP_TOKEN, BOT_TOKEN, CHANNEL, SIGNING_SECRET
from channels.slack.settings import VARIABLES as OF_SLACK
from channels.slack.settings import read_settings as read_slack
from channels.telegram_bot.addresses import ADDRESSES
from channels.telegram_bot.settings import OWN as BOT
from channels.telegram_bot.settings import VARIABLES as OF_TELEGRAM
from channels.telegram_bot.settings import read_settings as read_telegram
from channels.telegram_bot.translation import CHANNEL as TELEGRAM
from channels.twilio.addresses import addresses
from channels.twilio.settings import NUMBER, WHATSAPP_NUMBER, read_whatsapp
from channels.twilio.settings import VARIABLES as OF_TWILIO
from channels.twilio.settings import read_settings as read_twilio
from channels.twilio.translation import CHANNEL as SMS
from channels.twilio.ways import WHATSAPP as WHATSAPP_WAY
from channels.twilio.whatsapp_addresses import addresses as of_whatsapp

if TYPE_CHECKING:
    from bridge.ports import Addresses, Channel, Wiring


WHATSAPP = WHATSAPP_WAY.channel


class Slack:
    """The room."""

    name = "slack"
    variables = OF_SLACK
    own = (CHANNEL,)
    place = CHANNEL
    usual: Final = True

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
        return link(public_url)

    @staticmethod
    def connect(environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        if read_slack(environment) is None:
            return None
        from channels.slack.slack import Slack as On  # noqa: PLC0415 - its SDK is slow to load

        return On.connect(environment, wiring)


class Mattermost:
    """A room on a server of the team's own."""

    name = "mattermost"
    variables = OF_MATTERMOST
    own = (MATTERMOST_CHANNEL,)
    place = MATTERMOST_CHANNEL

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """Several feed channels on one server: a command belongs to the line in whose channel it is given."""
        from channels.mattermost.several import join  # noqa: PLC0415 - only where there are several

        join(channels)

    @staticmethod
    def questions(_public_url: str | None) -> Sequence[Question]:
        """The server, the bot, its channel and the command."""
        token, proof = Question(MATTERMOST_TOKEN, secret=True), Question(COMMAND_TOKEN, secret=True)
        return Question(MATTERMOST_URL), token, Question(MATTERMOST_CHANNEL), proof

    @staticmethod
    def guide(_public_url: str | None) -> str:
        """How a bot account is made."""
        return "https://developers.mattermost.com/integrate/reference/bot-accounts/"

    @staticmethod
    def connect(environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        if read_mattermost(environment, wiring.public_url) is None:
            return None
        from channels.mattermost.mattermost import Mattermost as On  # noqa: PLC0415 - only where it is on

        return On.connect(environment, wiring)


class Sms:
    """A Twilio number."""

    name = SMS
    variables = OF_TWILIO
    own = (NUMBER,)
    place = NUMBER
    usual: Final = True

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """Several numbers of an account: a message belongs to the line that it was written to."""
        from channels.sms import join  # noqa: PLC0415 - its SDK is slow to load

        join(channels)

    @staticmethod
    def questions(_public_url: str | None) -> Sequence[Question]:
        """The account, and the number."""
        token = Question("TWILIO_AUTH_TOKEN", secret=True)
        return Question("TWILIO_ACCOUNT_SID"), token, Question("TWILIO_NUMBER")

    @staticmethod
    def guide(_public_url: str | None) -> str:
        """The console, where all three stand."""
        return "https://console.twilio.com/"

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


class WhatsApp:
    """A WhatsApp sender at Twilio."""

    name = WHATSAPP
    variables = OF_TWILIO
    own = (WHATSAPP_NUMBER,)
    place = WHATSAPP_NUMBER

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """As with texts."""
        from channels.sms import join  # noqa: PLC0415 - its SDK is slow to load

        join(channels)

    @staticmethod
    def questions(_public_url: str | None) -> Sequence[Question]:
        """The account is that of the texts."""
        return (Question(WHATSAPP_NUMBER),)

    @staticmethod
    def guide(_public_url: str | None) -> str:
        """Where its number stands."""
        return "https://console.twilio.com/us1/develop/sms/senders/whatsapp-senders"

    @staticmethod
    def connect(environment: Mapping[str, str], wiring: Wiring) -> Channel | None:
        """The channel, or `None` when it has no number; raises `Misconfigured`."""
        if read_whatsapp(environment) is None:
            return None
        from channels.whatsapp import WhatsApp as On  # noqa: PLC0415 - its SDK is slow to load

        return On.connect(environment, wiring)

    @staticmethod
    def addresses(environment: Mapping[str, str]) -> Addresses:
        """Telephone numbers, and what stands for hidden ones."""
        return of_whatsapp(environment)


class Telegram:
    """A bot."""

    name = TELEGRAM
    variables = OF_TELEGRAM
    own = BOT
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
        if read_telegram(environment) is None:
            return None
        from channels.telegram import Telegram as On  # noqa: PLC0415 - its SDK is slow to load

        return On.connect(environment, wiring)

    @staticmethod
    def addresses(_environment: Mapping[str, str]) -> Addresses:
        """The numbers of chats."""
        return ADDRESSES
