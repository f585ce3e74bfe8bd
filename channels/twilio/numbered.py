"""One number at Twilio, as each way of its messages has it. Touches floors 0-1 of the bridge and its SDK."""

import re
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import ClassVar

from aiohttp import ClientSession
from twilio.rest import Client

from bridge.model import Message, Micros, Original, Outgoing
from bridge.noun import replace
from bridge.ports import Accepted, Content, InDoubt, Outcome, Polled, Refused, Webhook, Wiring
from channels.dialling import new_session
from channels.twilio.examination import Examination
from channels.twilio.log import Log
from channels.twilio.looks import Looks
from channels.twilio.media import fetch
from channels.twilio.numbers import LINE, Numbers
from channels.twilio.sending import hand_over
from channels.twilio.settings import Settings
from channels.twilio.transport import Transport, client_of
from channels.twilio.ways import Way
from channels.twilio.webhooks import STATUS, Webhooks, is_genuine

_LINE = re.compile(r"\+?[0-9]{3,15}")
"""A number, or a short code: what people can write to."""


class Numbered:
    """One number at Twilio, whichever way messages travel to it: receives through signed webhooks, sends
    through the SDK, and hears of each reply by status callback."""

    name: str
    way: ClassVar[Way]

    patience_seconds: float = 28
    """How long a send may take in all; the house gives up every outside call within 30 s."""

    def __init__(self, settings: Settings, wiring: Wiring) -> None:
        """Nothing is dialled or opened before `open`."""
        self._settings = settings
        self.line = settings.number
        self._wiring = wiring
        self._session: ClientSession | None = None
        self.looks = Looks(self._log, wiring)
        self._numbers: Numbers | None = None
        self._receives = True

    def webhooks(self) -> Mapping[str, Webhook]:
        """`/twilio/sms` for messages, `/twilio/voice` for calls and `/twilio/status` for receipts; one number
        does for an account."""
        return Webhooks(self._settings, self._wiring, self._numbers).routes() if self._receives else {}

    async def open(self) -> None:
        """Makes the HTTP session, and has the SDK load its modules now, not at the first reply."""
        self._session = new_session()
        _ = self._client(Transport(self._session)).messages

    async def send(self, reply: Outgoing) -> Outcome:
        """Creates the message at Twilio exactly once; every way in which that can fail is an outcome.

        It leaves from the number that was written to, or not at all.
        """
        if not _LINE.fullmatch(reply.line):
            return Refused("bad_line")
        transport, there = self._transport(), self._there(reply)
        client, callback = self._client(transport), self._callback(reply)
        return await hand_over(client, transport, there, callback, self.patience_seconds)

    async def poll(self, cursor: str | None) -> Polled:
        """Looks through the provider's log for what no webhook brought; waits until it is time to."""
        return await self.looks.poll(cursor)

    async def find(
        self, reply: Outgoing, since: Micros, others: Collection[str] = ()
    ) -> Accepted | InDoubt | None:
        """Asks the provider's log what became of a reply."""
        return await self._log().find(self._there(reply), since, others)

    async def time(self) -> Micros:
        """By Twilio's clock. Raises `Unreachable`."""
        return await self._examination().time()

    def is_genuine(self, original: Original) -> bool:
        """Whether Twilio signed a request that was kept as it came."""
        return is_genuine(original, self._settings)

    async def received(self, since: Micros, until: Micros) -> AsyncIterator[Message]:
        """What the log holds that came in between two instants."""
        async for message in self._log().received(since, until):
            yield message

    async def fetch(self, where: str) -> Content:
        """A photo or a file, from the provider's own hosts. Raises `Unreachable`."""
        if self._session is None:
            raise RuntimeError("The channel must be opened before it calls.")
        return await fetch(self._session, self._settings, where)

    async def close(self) -> None:
        """Lets go of the session; may be called at any time, and twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _examination(self) -> Examination:
        return Examination(self._client, self._transport, self._settings, self._wiring)

    def _log(self) -> Log:
        number = self.way.there(self._settings.number)
        return Log(self._client, self._transport, number, self._wiring.clock)

    def _there(self, reply: Outgoing) -> Outgoing:
        """The reply with its addresses as Twilio has them."""
        way = self.way
        return replace(reply, address=way.there(reply.address), line=way.there(reply.line))

    def _transport(self) -> Transport:
        if self._session is None:
            raise RuntimeError("The channel must be opened before it calls.")
        return Transport(self._session)

    def _callback(self, reply: Outgoing) -> str | None:
        """Carries our own id: a receipt then proves that this reply was taken, whatever else was lost."""
        public_url, line = self._wiring.public_url, self._wiring.line
        ours = f"&{LINE}={line}" if line else ""
        return f"{public_url}{STATUS}?reply={reply.id}{ours}" if public_url else None

    def _client(self, transport: Transport) -> Client:
        return client_of(self._settings, transport)

    @property
    def account(self) -> tuple[str, str, str | None]:
        """What a call of the provider's is signed with, and for whom."""
        return self._settings.account, self._settings.token, self._settings.shared_key

    @property
    def numbers(self) -> Sequence[str]:
        """Its own public number, and the other one of its line."""
        own, beside = self._settings.number, self._settings.beside
        return (own,) if beside in (None, own) else (own, str(beside))

    @property
    def wiring(self) -> Wiring:
        """To whom what comes for the number is handed."""
        return self._wiring

    def receive_for(self, numbers: Numbers | None) -> None:
        """It receives for all of these numbers of its account; for none where another one does."""
        self._numbers, self._receives = numbers, numbers is not None
