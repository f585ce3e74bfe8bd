"""The Telnyx channel: one number.

Touches floors 0-1 of the bridge, and light: what dials is loaded at `open`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from bridge.model import Micros, Original, Outgoing
from bridge.ports import Accepted, InDoubt, Outcome, Question
from channels.dialled import Dialled
from channels.events import Events
from channels.share import Share, join
from channels.telnyx_messaging import examination, records, settling
from channels.telnyx_messaging.examination import PATH
from channels.telnyx_messaging.sending import hand_over
from channels.telnyx_messaging.settings import KEY, NUMBER, PUBLIC_KEY, VARIABLES, Settings, read_settings
from channels.telnyx_messaging.signature import seal
from channels.telnyx_messaging.translation import CHANNEL, REPLY, happening, line_of
from channels.twilio.addresses import addresses

if TYPE_CHECKING:
    from bridge.checkup import Examined
    from bridge.ports import Addresses, Channel, Webhook, Wiring


class Telnyx(Dialled):
    """Receives through signed events, sends by one call, and hears of each reply by events."""

    name = CHANNEL
    variables = VARIABLES
    own = (NUMBER,)
    place = NUMBER

    def __init__(self, settings: Settings, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        super().__init__(settings.api_url, f"Bearer {settings.key}", settings.number, wiring)
        self._settings = settings
        self.share = Share(settings.public_key, settings.number, wiring)

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> Telnyx | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        settings = read_settings(environment)
        return None if settings is None else cls(settings, wiring)

    @staticmethod
    def questions(_public_url: str | None) -> Sequence[Question]:
        """The account, what its events are proved by, and the number."""
        return Question(KEY, secret=True), Question(PUBLIC_KEY), Question(NUMBER)

    @staticmethod
    def guide(_public_url: str | None) -> str:
        """The portal, where all three stand."""
        return "https://portal.telnyx.com/"

    @staticmethod
    def addresses(environment: Mapping[str, str]) -> Addresses:
        """Telephone numbers: whoever writes here is whoever they are on any channel of numbers."""
        return addresses(environment, NUMBER)

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """Several numbers of an account: an event belongs to the line whose number it is about."""
        join({line: one.share for line, one in channels.items() if isinstance(one, Telnyx)})

    def webhooks(self) -> Mapping[str, Webhook]:
        """`/telnyx/messages` for messages and for how replies fare; one number does for an account."""
        told_to = (lambda event: self.share.of(line_of(event))) if self.share.several else None
        events = Events(seal(self._settings.public_key), happening, self._wiring, told_to)
        return {PATH: events.webhook()} if self.share.receives else {}

    async def send(self, reply: Outgoing) -> Outcome:
        """Creates the message exactly once; every way in which that can fail is an outcome."""
        return await hand_over(self._dialler(), reply, self._callback(reply), self.patience_seconds)

    async def find(
        self, reply: Outgoing, since: Micros, others: Collection[str] = ()
    ) -> Accepted | InDoubt | None:
        """Asks the provider's records what became of a reply."""
        return await records.find(self._dialler(), reply, since, others, self._wiring.clock())

    async def well(self) -> None:
        """Whether the account would send for us now. Raises `Unreachable` with the code of why not."""
        await examination.well(self._dialler())

    async def time(self) -> Micros:
        """By Telnyx's clock. Raises `Unreachable`."""
        return await examination.time(self._dialler())

    def is_genuine(self, original: Original) -> bool:
        """Whether Telnyx signed a request that was kept as it came."""
        return seal(self._settings.public_key).genuine(original)

    async def settle(self) -> Sequence[Examined]:
        """Has Telnyx tell us of what comes for the number, where we can be called."""
        url = self._wiring.public_url
        return await settling.settle(self._dialler(), self.line, url) if url else ()

    async def examine(self) -> Sequence[Examined]:
        """Looks at the account, its balance, and where its number's events go."""
        return await examination.look(self._dialler(), self.line, self._wiring.public_url)

    def _callback(self, reply: Outgoing) -> Mapping[str, str]:
        """Carries our own id: an event then proves that this reply was taken, whatever else was lost."""
        url = self._wiring.public_url
        return {"webhook_url": f"{url}{PATH}?{REPLY}={reply.id}"} if url else {}
