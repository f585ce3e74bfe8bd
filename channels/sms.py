"""The SMS channel: one Twilio number, for texts and calls. Touches floors 0-1 of the bridge and its SDK."""

from collections.abc import Mapping, Sequence

from bridge.checkup import Examined
from bridge.errors import Misconfigured
from bridge.ports import Addresses, Channel, Quote, Wiring
from channels.twilio.addresses import addresses
from channels.twilio.numbered import Numbered
from channels.twilio.numbers import Numbers
from channels.twilio.pricing import PriceList
from channels.twilio.probe import probe
from channels.twilio.settings import read_settings
from channels.twilio.settling import settle
from channels.twilio.translation import CHANNEL
from channels.twilio.ways import SMS


class Sms(Numbered):
    """Texts, and calls."""

    name = CHANNEL
    way = SMS

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> "Sms | None":
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        settings = read_settings(environment)
        return None if settings is None else cls(settings, wiring)

    @staticmethod
    def addresses(environment: Mapping[str, str]) -> Addresses:
        """Telephone numbers, and short codes."""
        return addresses(environment)

    async def quotes(self, countries: Sequence[str]) -> Sequence[Quote]:
        """Asks the provider what it charges."""
        return await PriceList(self._client, self._transport, self._settings.number).quotes(countries)

    async def examine(self) -> Sequence[Examined]:
        """Looks at the account, its balance and its number."""
        found = await self._examination().look()
        public_url = self._wiring.public_url
        if public_url is None or self._session is None:
            return found
        return [*found, await probe(self._session, self._settings, public_url, self._wiring.knock)]

    async def well(self) -> None:
        """Whether the account would send for us now. Raises `Unreachable` with the code of why not."""
        await self._examination().well()

    async def settle(self) -> Sequence[Examined]:
        """Points the number's texts and calls at us, where there is an address to point at."""
        public_url = self._wiring.public_url
        if public_url is None:
            return ()
        return await settle(self._examination().ask, self._settings.number, public_url)


def join(channels: Mapping[str, Channel]) -> None:
    """Sorts what comes for the numbers of an account. Raises `Misconfigured` for one that two lines have."""
    accounts: dict[object, list[Numbered]] = {}
    taken: dict[str, str] = {}
    for line, channel in channels.items():
        if isinstance(channel, Numbered):
            for number in channel.numbers:
                if taken.setdefault(number, line) != line:
                    raise Misconfigured(
                        f"The lines {taken[number]} and {line} have the same number: give each its own."
                    )
            accounts.setdefault(channel.account, []).append(channel)
    for several in accounts.values():
        for one in several:
            one.receive_for(None)
        several[0].receive_for(Numbers({number: one.wiring for one in several for number in one.numbers}))
