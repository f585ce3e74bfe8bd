"""The gateway channel: one SIM in an Android phone of the team's, through its app's local API.

Touches floors 0-1 of the bridge, and light: what dials is loaded at `open`.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from bridge.model import Micros, Original, Outgoing
from bridge.ports import Accepted, InDoubt, Outcome, Question, Unreachable
from channels.android import examination, hooks
from channels.android.sending import find, hand_over
from channels.android.settings import CREDENTIALS, NUMBER, SECRETS, VARIABLES, Settings, read_settings
from channels.android.signature import seal
from channels.android.translation import CHANNEL, happening
from channels.dialled import Dialled
from channels.events import Events
from channels.share import insist_on_one
from channels.twilio.addresses import addresses

if TYPE_CHECKING:
    from bridge.checkup import Examined
    from bridge.ports import Addresses, Channel, Webhook, Wiring


class Gateway(Dialled):
    """Receives through signed events, sends by one call, and hears of each reply by events."""

    name = CHANNEL
    variables = VARIABLES
    own = (NUMBER,)
    place = NUMBER

    def __init__(self, settings: Settings, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        pair = f"{settings.username}:{settings.password}".encode()
        super().__init__(settings.api_url, f"Basic {b64encode(pair).decode()}", settings.number, wiring)
        self._settings = settings

    @classmethod
    def connect(cls, environment: Mapping[str, str], wiring: Wiring) -> Gateway | None:
        """The channel, or `None` when no credential is set; raises `Misconfigured`."""
        settings = read_settings(environment)
        return None if settings is None else cls(settings, wiring)

    @staticmethod
    def questions(_public_url: str | None) -> Sequence[Question]:
        """What the first page of the app shows, and the number."""
        return tuple(Question(name, secret=name in SECRETS) for name in CREDENTIALS)

    @staticmethod
    def guide(_public_url: str | None) -> str:
        """The app's own pages."""
        return "https://docs.sms-gate.app"

    @staticmethod
    def addresses(environment: Mapping[str, str]) -> Addresses:
        """Telephone numbers: whoever writes here is whoever they are on any channel of numbers."""
        return addresses(environment, NUMBER)

    @staticmethod
    def join(channels: Mapping[str, Channel]) -> None:
        """A phone a line: which line a call is for, its signature tells."""
        phones = {line: one for line, one in channels.items() if isinstance(one, Gateway)}
        insist_on_one({line: one.line for line, one in phones.items()}, "number")
        insist_on_one({line: one.key for line, one in phones.items()}, "signing key")

    def webhooks(self) -> Mapping[str, Webhook]:
        """`/gateway/events` for messages and for how replies fare."""
        at = self.line, self._settings.sim
        events = Events(seal(self.key), lambda event, call: happening(event, call, *at), self._wiring)
        return {hooks.PATH: events.webhook()}

    async def settle(self) -> Sequence[Examined]:
        """The same as somebody sets it up; what does not come of it, the examination tells."""
        with suppress(Unreachable):
            await self.introduce()
        return ()

    async def introduce(self) -> None:
        """Has the phone tell us of what it receives, where we can be called. Raises `Unreachable`."""
        url = self._wiring.public_url
        if url is not None:
            await hooks.ensure(self._dialler(), url)

    async def send(self, reply: Outgoing) -> Outcome:
        """Hands the message to the phone exactly once; every way in which that can fail is an outcome."""
        return await hand_over(self._dialler(), reply, self._settings.sim, self.patience_seconds)

    async def find(
        self, reply: Outgoing, _since: Micros, _others: Collection[str] = ()
    ) -> Accepted | InDoubt | None:
        """Asks the phone for the message by its name. Raises `Unreachable`."""
        return await find(self._dialler(), reply)

    async def well(self) -> None:
        """Whether the phone would send for us now. Raises `Unreachable` with the code of why not."""
        await examination.well(self._dialler())

    def is_genuine(self, original: Original) -> bool:
        """Whether the phone signed a request that was kept as it came."""
        return seal(self.key).genuine(original)

    async def examine(self) -> Sequence[Examined]:
        """Looks at the phone, and at what it tells us."""
        return await examination.look(self._dialler(), self._wiring.public_url)

    @property
    def key(self) -> str:
        """What the phone signs with."""
        return self._settings.signing_key
