"""A local Twilio: one account, one number, and every fault that a test can ask for."""

import asyncio
import secrets
from collections.abc import Mapping

from bridge.model import SECOND
from bridge.standin import Author, Bubble
from channels.standins.base import Base, Now, system_now
from channels.standins.serving import LocalServer
from channels.standins.twilio import forms
from channels.standins.twilio.account import Account, keyword_in
from channels.standins.twilio.api import Api
from channels.standins.twilio.calls import Caller
from channels.standins.twilio.delivery import Delivery
from channels.standins.twilio.faults import Faults
from channels.standins.twilio.messages import INBOUND, OUTBOUND, OUTBOUND_REPLY, Record
from channels.standins.twilio.prices import received

_WEBHOOK_ATTEMPTS = 2
_AUTHORS: Mapping[str, Author] = {INBOUND: "person", OUTBOUND: "service", OUTBOUND_REPLY: "provider"}


class TwilioStandIn(Base[LocalServer, Caller]):
    """Speaks Twilio's wire protocol on a free local port."""

    def __init__(
        self,
        number: str = "+33639980000",
        *,
        callback_delay: float = 0.3,
        advanced_opt_out: bool = False,
        now: Now = system_now,
    ) -> None:
        """`callback_delay` is in seconds, from one status to the next.

        With `advanced_opt_out` the webhook says `OptOutType` when the provider has understood a keyword.
        """
        super().__init__(LocalServer(), now)
        self.account = Account(f"AC{secrets.token_hex(16)}", secrets.token_hex(16), number)
        self.faults = Faults()
        self._callback_delay = callback_delay
        self._advanced_opt_out = advanced_opt_out
        self._forms: dict[str, forms.Form] = {}
        self._delivery: Delivery | None = None

    def delay(self, seconds: float) -> None:
        """From now on it takes so long from one status to the next."""
        if self._delivery is not None:
            self._delivery.delay = seconds

    @property
    def sent(self) -> list[Record]:
        """What the service has sent, oldest first; without the provider's own answers to keywords."""
        return self.account.log.of(OUTBOUND)

    @property
    def line(self) -> str:
        """The public number."""
        return self.account.number

    def conversation(self, address: str) -> list[Bubble]:
        """What the telephone at `address` and the number have sent each other, oldest first."""
        return [_bubble(record) for record in self.account.log.between(address, self.line)]

    async def start(self, public_url: str) -> Mapping[str, str]:
        """Serves; webhooks go to `public_url`, where a service may or may not be."""
        self.account.line.sms_url = f"{public_url}/twilio/sms"
        calls = self._calls = Caller(self.account.token)
        delivery = Delivery(self.account, self.faults, self._now, calls, self._callback_delay)
        self._delivery = delivery
        api = Api(
            self.account,
            self.faults,
            self._now,
            take=lambda record: self._begin(delivery.follow(record)),
            server=self._server,
        )
        return {
            "TWILIO_ACCOUNT_SID": self.account.sid,
            "TWILIO_AUTH_TOKEN": self.account.token,
            "TWILIO_NUMBER": self.account.number,
            "TWILIO_API_URL": await self._server.start(api.app()),
        }

    async def text(
        self, from_: str, body: str, *, name: str | None = None, to: str | None = None, **fields: str
    ) -> tuple[int | None, str]:
        """A person texts the number: the HTTP status that the webhook got, `None` for no answer, and the SID.

        `name`: the digits of the SID, where it must not be another one each time. `to`: which of the
        account's numbers is written to, where it has `further` ones.

        `fields` are added to the webhook's form, or replace some of it. The message stays in the log whatever
        the webhook got, as it does at the provider.
        """
        record = self._received(from_, to or self.line, body, media=int(fields.get("NumMedia", "0")))
        if name is not None:
            record.sid = f"SM{name}"
        self.account.log.add(record)
        keyword = keyword_in(body)
        opt_out = {"OptOutType": keyword} if keyword and self._advanced_opt_out else {}
        self._forms[record.sid] = {**forms.inbound(self.account, record), **opt_out, **fields}
        self._confirm(from_, self.account.obey(from_, keyword))
        status = None if self.faults.webhooks_lost else await self._deliver(record.sid)
        record.price = record.segments * received(self.account)
        return status, record.sid

    async def redeliver(self, sid: str, times: int = 1, *, at_once: bool = False) -> list[int | None]:
        """Sends the webhook of an earlier message again: one after the other, or all at once."""
        if at_once:
            return await asyncio.gather(*(self._deliver(sid) for _ in range(times)))
        return [await self._deliver(sid) for _ in range(times)]

    async def settled(self) -> None:
        """Returns once every message has reached its last status, and its callbacks have been tried."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _received(self, from_: str, to: str, body: str, media: int) -> Record:
        at = self._now()
        record = Record(INBOUND, from_, to, body, "received", created=at, sent=at, media=media)
        record.price_unit = self.account.currency
        return record

    def _confirm(self, to: str, text: str | None) -> None:
        """The provider itself answers a keyword, and nobody is called back about it."""
        if text is not None:
            at = self._now()
            self.account.log.add(
                Record(OUTBOUND_REPLY, self.account.number, to, text, "delivered", created=at, sent=at)
            )

    async def _deliver(self, sid: str) -> int | None:
        return await self._calling.post(
            self.account.line.sms_url, self._forms[sid], attempts=_WEBHOOK_ATTEMPTS
        )


def _bubble(record: Record) -> Bubble:
    at = round((record.sent or record.created).timestamp() * SECOND)
    return Bubble(record.sid, _AUTHORS[record.direction], record.body, at, record.status)
