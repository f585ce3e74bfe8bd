"""The front doors of texts and of WhatsApp, and light: Twilio's SDK is loaded where one is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bridge.ports import Question
from channels.twilio.addresses import addresses
from channels.twilio.settings import NUMBER, VARIABLES, WHATSAPP_NUMBER, read_settings, read_whatsapp
from channels.twilio.translation import CHANNEL
from channels.twilio.ways import WHATSAPP
from channels.twilio.whatsapp_addresses import addresses as of_whatsapp

if TYPE_CHECKING:
    from bridge.ports import Addresses, Channel, Wiring


class Sms:
    """A Twilio number."""

    name = CHANNEL
    variables = VARIABLES
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
        if read_settings(environment) is None:
            return None
        from channels.sms import Sms as On  # noqa: PLC0415 - its SDK is slow to load

        return On.connect(environment, wiring)

    @staticmethod
    def addresses(environment: Mapping[str, str]) -> Addresses:
        """Telephone numbers, and short codes."""
        return addresses(environment)


class WhatsApp:
    """A WhatsApp sender at Twilio."""

    name = WHATSAPP.channel
    variables = VARIABLES
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
