"""A local Twilio: one account, one number, and every fault that a test can ask for."""

import asyncio
import re
import secrets
from collections.abc import Mapping
from http import HTTPStatus

from bridge.model import SECOND
from bridge.standin import Author, Bubble
from channels.standins.base import Base, Now, system_now
from channels.standins.serving import LocalServer
from channels.standins.twilio import forms
from channels.standins.twilio.account import WHATSAPP, Account, Sender, keyword_in
from channels.standins.twilio.api import Api
from channels.standins.twilio.calls import Caller
from channels.standins.twilio.delivery import Delivery
from channels.standins.twilio.faults import Faults
from channels.standins.twilio.messages import API_VERSION, INBOUND, OUTBOUND, OUTBOUND_REPLY, Record
from channels.standins.twilio.prices import received

_WEBHOOK_ATTEMPTS = 2
_REJECTS = re.compile(r"<Response>\s*<Reject\b")
_AUTHORS: Mapping[str, Author] = {INBOUND: "person", OUTBOUND: "service", OUTBOUND_REPLY: "provider"}


class TwilioStandIn(Base[LocalServer, Caller]):
    """Speaks Twilio's wire protocol on a free local port."""

    def __init__(
        self,
        number: str = "+33639980000",
        *,
        callback_delay: float = 0.3,
        advanced_opt_out: bool = False,
        whatsapp: str | None = None,
        now: Now = system_now,
    ) -> None:
        """`callback_delay` is in seconds, from one status to the next.

        With `advanced_opt_out` the webhook says `OptOutType` when the provider has understood a keyword.
        `whatsapp` is the number of a WhatsApp sender of the account.
        """
        super().__init__(LocalServer(), now)
        self.account = Account(f"AC{secrets.token_hex(16)}", secrets.token_hex(16), number)
        self.account.whatsapp = Sender(whatsapp) if whatsapp else None
        self.faults = Faults()
        self._callback_delay = callback_delay
        self._advanced_opt_out = advanced_opt_out
        self._forms: dict[str, forms.Form] = {}
        self._url = ""
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
        self.account.line.voice_url = f"{public_url}/twilio/voice"
        if self.account.whatsapp is not None:
            self.account.whatsapp.url = self.account.line.sms_url
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
        self._url = await self._server.start(api.app())
        return {
            "TWILIO_ACCOUNT_SID": self.account.sid,
            "TWILIO_AUTH_TOKEN": self.account.token,
            "TWILIO_NUMBER": self.account.number,
            "TWILIO_API_URL": self._url,
            **({"TWILIO_WHATSAPP_NUMBER": self.account.whatsapp.number} if self.account.whatsapp else {}),
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

    async def show(
        self, from_: str, *photos: tuple[str, bytes], body: str = "", to: str | None = None
    ) -> tuple[int | None, str]:
        """A person sends photos or files, each with its type, and perhaps a text; see `text`."""
        fields, paths = {"NumMedia": str(len(photos))}, []
        for number, photo in enumerate(photos):
            path = f"/{API_VERSION}/Accounts/{self.account.sid}/Messages/MM0/Media/ME{secrets.token_hex(16)}"
            self.account.media[path] = photo
            paths.append(path)
            fields[f"MediaUrl{number}"] = f"{self._url}{path}"
            fields[f"MediaContentType{number}"] = photo[0]
        status, sid = await self.text(from_, body, to=to, **fields)
        self.account.shown[sid] = paths
        return status, sid

    async def whatsapp(
        self, from_: str, body: str, *, profile: str = "Somebody", **fields: str
    ) -> tuple[int | None, str]:
        """A person writes to the WhatsApp sender, from a number or the id of who hides theirs; see `text`."""
        if self.account.whatsapp is None:
            raise RuntimeError("The account has no WhatsApp sender.")
        there = f"{WHATSAPP}{from_}", f"{WHATSAPP}{self.account.whatsapp.number}"
        told = {"ProfileName": profile, "WaId": from_.removeprefix("+"), "ChannelMetadata": "{}"}
        return await self.text(there[0], body, to=there[1], **{**told, **fields})

    async def ring(
        self, from_: str, *, sid: str | None = None, to: str | None = None, **fields: str
    ) -> tuple[int | None, bool]:
        """Somebody calls the number: the HTTP status, and whether the answer has the caller billed for.

        `sid` is that of an earlier call, where it is told again. `fields` replace some of the form.
        """
        form = forms.ringing(self.account, sid or f"CA{secrets.token_hex(16)}", from_, to or self.line)
        status = await self._calling.post(self.account.line.voice_url, {**form, **fields})
        return status, _is_billed(status, self._calling.answer)

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


def _is_billed(status: int | None, answer: str) -> bool:
    """Only a call that is rejected by the first verb is not: an error is read out, and that is billed, too.

    https://www.twilio.com/docs/voice/twiml/reject
    """
    return status != HTTPStatus.OK or _REJECTS.search(answer) is None


def _bubble(record: Record) -> Bubble:
    at = round((record.sent or record.created).timestamp() * SECOND)
    return Bubble(record.sid, _AUTHORS[record.direction], record.body, at, record.status)
