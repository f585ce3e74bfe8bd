"""The ways in which messages travel at Twilio, told by what stands before their addresses. Pure."""

from bridge.model import DAY, Micros
from bridge.noun import Noun


class Way(Noun):
    """One way, which is a channel of ours."""

    channel: str
    prefix: str = ""
    """What stands before every address."""
    window: Micros | None = None
    """How long after somebody's message a text in our own words is taken; for ever where nothing is said."""

    def there(self, address: str) -> str:
        """An address as Twilio has it."""
        return f"{self.prefix}{address}"

    def until(self, at: Micros) -> Micros | None:
        """From when on no answer is taken to a message that came at `at`."""
        return None if self.window is None else at + self.window


SMS = Way("sms")
WHATSAPP = Way("whatsapp", "whatsapp:", DAY)
"""https://www.twilio.com/docs/whatsapp/key-concepts#the-24-hour-window"""


def way_of(address: str) -> Way:
    """The way of an address as Twilio has it; of networks that we do not speak, that of texts."""
    return WHATSAPP if address.startswith(WHATSAPP.prefix) else SMS


def bare(address: str) -> str:
    """The address itself; what stands before one of a network that we do not speak is part of it."""
    return address.removeprefix(way_of(address).prefix)
