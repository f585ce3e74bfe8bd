"""The WhatsApp channel: one WhatsApp sender at Twilio. Touches floors 0-1 of the bridge and Twilio's SDK.

It travels like texts do, by the same webhooks and the same log, but for its addresses; and an answer in our
own words is taken within 24 hours of somebody's message alone. What WhatsApp tells of a profile is not read:
it stands in the signed request, sealed, and nowhere else.
"""

from collections.abc import Mapping, Sequence

from bridge.checkup import Examined
from bridge.ports import Addresses, Wiring
from channels.twilio.numbered import Numbered
from channels.twilio.senders import look
from channels.twilio.settings import read_whatsapp
from channels.twilio.ways import WHATSAPP
from channels.twilio.whatsapp_addresses import addresses


class WhatsApp(Numbered):
    """People who write over WhatsApp; who has a number there is the same person as by text."""

    name = WHATSAPP.channel
    way = WHATSAPP

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> "WhatsApp | None":
        """The channel, or `None` when it has no number; raises `Misconfigured`."""
        settings = read_whatsapp(environment)
        return None if settings is None else cls(settings, wiring)

    @staticmethod
    def addresses(environment: Mapping[str, str]) -> Addresses:
        """Telephone numbers, and what stands for them where somebody keeps theirs to themselves."""
        return addresses(environment)

    async def examine(self) -> Sequence[Examined]:
        """Looks at the sender, and where its messages go."""
        return await look(self._examination().ask, self._settings.number, self._wiring.public_url)
