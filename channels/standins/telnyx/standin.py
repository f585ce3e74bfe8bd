"""A local Telnyx: one account, one number, and every fault that a test can ask for."""

import asyncio
from collections.abc import Mapping

from bridge.model import SECOND
from bridge.standin import Author, Bubble
from channels.standins.base import Base, Now, system_now
from channels.standins.serving import LocalServer
from channels.standins.telnyx import forms
from channels.standins.telnyx.account import Account, Record
from channels.standins.telnyx.api import Api
from channels.standins.telnyx.calls import Caller
from channels.standins.telnyx.faults import Faults

_PATH = "/telnyx/messages"
_AUTHORS: Mapping[str, Author] = {"inbound": "person", "outbound": "service"}


class TelnyxStandIn(Base[LocalServer, Caller]):
    """Speaks Telnyx's wire protocol on a free local port."""

    def __init__(
        self, number: str = "+33644000000", *, event_delay: float = 0.3, now: Now = system_now
    ) -> None:
        """`event_delay` is in seconds, from one status to the next."""
        super().__init__(LocalServer(), now)
        self.account = Account(number)
        self.faults = Faults()
        self._event_delay = event_delay
        self._events: dict[str, forms.Form] = {}

    @property
    def sent(self) -> list[Record]:
        """What the service has sent, oldest first."""
        return self.account.of("outbound")

    @property
    def line(self) -> str:
        """The public number."""
        return self.account.number

    def conversation(self, address: str) -> list[Bubble]:
        """What the telephone at `address` and the number have sent each other, oldest first."""
        theirs = [one for one in self.account.log.values() if address in (one.from_, one.to)]
        return [_bubble(record) for record in theirs]

    async def start(self, public_url: str) -> Mapping[str, str]:
        """Serves; events go to `public_url`, where a service may or may not be."""
        self.account.profile.webhook_url = f"{public_url}{_PATH}"
        self._calls = Caller(self.account.signing)
        api = Api(
            self.account,
            self.faults,
            self._now,
            take=lambda record: self._begin(self._follow(record)),
            server=self._server,
        )
        return {
            "TELNYX_API_KEY": self.account.key,
            "TELNYX_PUBLIC_KEY": self.account.public_key,
            "TELNYX_NUMBER": self.account.number,
            "TELNYX_API_URL": await self._server.start(api.app()),
        }

    async def text(self, address: str, text: str, *, media: int = 0) -> tuple[int | None, str]:
        """A person texts the number: the status that the webhook answered, if any, and the provider's id."""
        record = Record("inbound", address, self.line, text, self._now(), "delivered", media=media)
        self.account.log[record.id] = record
        self._events[record.id] = forms.event(self.account, record, "message.received", self._now())
        return await self._tell(record.id), record.id

    async def redeliver(self, name: str) -> int | None:
        """Calls about an earlier message again, signed anew."""
        return await self._tell(name)

    async def settled(self) -> None:
        """Returns once every message has reached its last status, and its events have been told."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def _tell(self, name: str) -> int | None:
        url = self.account.profile.webhook_url
        return await self._calling.post(url, self._events[name], self._now())

    async def _follow(self, record: Record) -> None:
        """From queued to the end."""
        code = self.faults.undeliverable.get(record.to)
        last = "delivered" if code is None else "delivery_failed"
        for status, kind in (("sent", "message.sent"), (last, "message.finalized")):
            await asyncio.sleep(self._event_delay)
            record.status = status
            if status == "delivery_failed":
                record.errors = [{"code": str(code), "title": "Told by the test"}]
            if not self.faults.events_lost and record.webhook_url:
                event = forms.event(self.account, record, kind, self._now())
                await self._calling.post(record.webhook_url, event, self._now())


def _bubble(record: Record) -> Bubble:
    at = round(record.made.timestamp() * SECOND)
    return Bubble(record.id, _AUTHORS[record.direction], record.text, at, record.status)
