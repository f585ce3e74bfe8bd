"""Who is meant, checked by the channel that the address belongs to. Pure.

The channels read addresses (`bridge.ports.Addresses`); here stands only whom to ask.
"""

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches

from bridge.model import SenderId
from bridge.moderation.targets import TELEPHONE, ByAddress, ByHandle, read_target
from bridge.noun import Noun
from bridge.ports import Addresses, Ids
from bridge.responses import Responses


class Astray(Exception):
    """Nobody is meant, or no channel: `code` names the sentence, in the room of commands, `told` fills it."""

    def __init__(self, code: str, **told: str) -> None:
        """Never what was written: it may be a number."""
        super().__init__(code)
        self.code, self.told = code, told


class Directory(Noun):
    """The channels that people write from, by name."""

    names: Collection[str] = ()
    """Every channel that is installed."""
    find: Callable[[str], Addresses | None] = lambda _: None
    """What one of them takes for an address; `None` where nobody writes from it."""
    rooms: Callable[[], Mapping[str, Ids]] = dict
    """What each room takes for an id, by its name; nothing where one of them does not say."""

    @property
    def region(self) -> str:
        """Where national telephone numbers belong (ISO 3166): with our own number."""
        addresses = self._of(TELEPHONE)
        return addresses.region if addresses and addresses.region else "FR"

    def who(self, written: str) -> ByHandle | ByAddress:
        """Whom people mean, in the one form that leaves no doubt. Raises `Astray`."""
        target = read_target(written, self.region)
        if isinstance(target, ByHandle):
            return target
        if target is None:
            raise Astray("nobody_meant")
        return self.at(target.channel, target.address)

    def at(self, channel: str, written: str) -> ByAddress:
        """Whoever has this address there. Raises `Astray`."""
        addresses = self._of(channel)
        if addresses is None:
            raise self._no_channel(channel)
        address = addresses.read(written)
        if address is None:
            raise Astray("no_address", channel=channel, example=addresses.example)
        return ByAddress(channel, address)

    def settled(self, written: str) -> str:
        """The same, as it is written. Raises `Astray`."""
        found = self.who(written)
        return found.handle if isinstance(found, ByHandle) else f"{found.channel}:{found.address}"

    def channel(self, written: str) -> str:
        """The channel that people mean, in any case. Raises `Astray`."""
        name = written.strip().lower()
        if self._of(name) is None:
            raise self._no_channel(name)
        return name

    def normal(self, channel: str, address: str) -> str:
        """The one form of an address that a provider told; as it is where the channel knows no other."""
        addresses = self._of(channel)
        return (addresses.read(address) if addresses else None) or address

    def example(self, channel: str) -> str | None:
        """The address of somebody there; `None` where nobody writes from it."""
        addresses = self._of(channel)
        return addresses.example if addresses else None

    def known_on(self, channel: str) -> str:
        """Under which channel its people are known: whoever has a telephone number is one person, whichever
        of our numbers they write to."""
        addresses = self._of(channel)
        return (addresses.known_on if addresses else None) or channel

    def _of(self, name: str) -> Addresses | None:
        return self.find(name) if name in self.names else None

    def _no_channel(self, name: str) -> Astray:
        known = [one for one in sorted(self.names) if self._of(one)]
        close = get_close_matches(name, known, n=1)
        return (
            Astray("channel_meant", meant=close[0]) if close else Astray("no_channel", known=", ".join(known))
        )


def exempt(responses: Responses, identify: Callable[[str, str], SenderId]) -> frozenset[SenderId]:
    """The senders whom the rules exempt from mutes and from suspicion; `identify` makes pseudonyms."""
    return frozenset(
        identify(target.channel, target.address)
        for written in responses.exempt
        if isinstance(target := read_target(written), ByAddress)
    )
