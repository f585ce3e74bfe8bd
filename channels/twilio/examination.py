"""Looks at an account and its number at Twilio, as `rempart doctor` asks. Changes nothing there.

https://www.twilio.com/docs/iam/api/account, .../usage/api/account-balance-resource (of a main account only),
.../phone-numbers/api/incomingphonenumber-resource.
"""

from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from twilio.rest import Client

from bridge.checkup import Examined, State, fine, note, unknown, wrong
from bridge.model import SECOND, Micros
from bridge.ports import Unreachable, Wiring
from channels.twilio.bounded import bounded
from channels.twilio.ringing import able, calls_of
from channels.twilio.settings import Settings
from channels.twilio.translation import CHANNEL
from channels.twilio.transport import Transport
from channels.twilio.webhooks import SMS

_ACTIVE = "active"
_TRIAL = "trial"
_POST = "POST"
_EUROS = "EUR"
_REFUSED = ("status_401", "status_403")
_ABSENT = "status_404"
_CLOCKS_AGREE: Micros = 30 * SECOND
_FRENCH_MOBILES = "+336", "+337"
"""Kept for people by the numbering plan: ARCEP, decision 2022-1583."""


class Examination:
    """What Twilio tells of one account and one number."""

    def __init__(
        self,
        client: Callable[[Transport], Client],
        transport: Callable[[], Transport],
        settings: Settings,
        wiring: Wiring,
    ) -> None:
        """`transport` makes a carrier for one call; `client` makes the SDK's client on it."""
        self._client, self._transport = client, transport
        self._settings, self._public_url, self._clock = settings, wiring.public_url, wiring.clock
        self._rings_out = wiring.rings_out
        self._provider_date: Micros | None = None

    async def look(self) -> Sequence[Examined]:
        """The account first: without it nothing else can be asked."""
        try:
            account = await self._account()
        except Unreachable as fault:
            return [_unasked(fault)]
        if str(account.status) != _ACTIVE:
            return [wrong(CHANNEL, "twilio_account_inactive", status=str(account.status))]
        trial = [note(CHANNEL, "twilio_trial")] if str(account.type).lower() == _TRIAL else []
        found = [fine(CHANNEL, "twilio_account"), *trial, *self._agrees()]
        return [*found, *await self._balance(), *await self._number()]

    async def well(self) -> None:
        """Whether the account would send for us now. Raises `Unreachable` with the code of why not."""
        try:
            account = await self._account()
        except Unreachable as fault:
            raise Unreachable("credentials" if str(fault) in _REFUSED else str(fault)) from None
        if str(account.status) != _ACTIVE:
            raise Unreachable(
                "account_suspended" if str(account.status) == "suspended" else "account_inactive"
            )
        if any(one.state is State.WRONG for one in await self._balance()):
            raise Unreachable("balance_spent")

    async def time(self) -> Micros:
        """By Twilio's clock. Raises `Unreachable`."""
        await self._account()
        if self._provider_date is None:
            raise Unreachable("unreadable")
        return self._provider_date

    async def _account(self) -> Any:
        """Raises `Unreachable`, also where nothing is said of how it stands: that is no word against it."""
        account = await self.ask(
            lambda client: client.api.v2010.accounts(self._settings.account).fetch_async()
        )
        if not account.status:
            raise Unreachable("unreadable")
        return account

    def _agrees(self) -> Sequence[Examined]:
        """A clock that is off has texts refused as late, and holds end early or never."""
        if self._provider_date is None:
            return []
        off = abs(self._clock() - self._provider_date)
        if off <= _CLOCKS_AGREE:
            return [fine(CHANNEL, "clock")]
        return [wrong(CHANNEL, "clock_off", seconds=off // SECOND)]

    async def _balance(self) -> Sequence[Examined]:
        """A balance below nothing suspends the account, and receiving with it."""
        try:
            told = await self.ask(
                lambda client: client.api.v2010.accounts(self._settings.account).balance.fetch_async()
            )
        except Unreachable:
            return []  # a subaccount has none of its own
        amount, currency = _amount(told.balance), str(told.currency or "")
        if amount is None:
            return []
        shown = f"{amount:.2f} {currency}"
        if amount <= 0:
            return [wrong(CHANNEL, "twilio_balance_spent", balance=shown)]
        return [fine(CHANNEL, "twilio_balance", balance=shown), *_currency(currency)]

    async def _number(self) -> Sequence[Examined]:
        number = self._settings.number
        if not number.startswith("+"):
            return [unknown(CHANNEL, "twilio_short_code", number=number)]
        try:
            found = await self.ask(
                lambda client: client.incoming_phone_numbers.list_async(phone_number=number, limit=1)
            )
        except Unreachable as fault:
            return [unknown(CHANNEL, "twilio_number_unknown", why=str(fault))]
        if not found:
            return [wrong(CHANNEL, "twilio_number_absent", number=number)]
        return [
            _capable(found[0]),
            *_lawful(number),
            self._texts(found[0]),
            *calls_of(found[0], self._public_url, rings_out=self._rings_out()),
        ]

    def _texts(self, number: Any) -> Examined:
        """Where incoming texts go."""
        url, method = str(number.sms_url or ""), str(number.sms_method or _POST).upper()
        if getattr(number, "sms_application_sid", None):
            return unknown(CHANNEL, "twilio_texts_by_application")
        if self._public_url is None:
            return _polled(url)
        wanted = f"{self._public_url}{SMS}"
        if url.partition("#")[0] != wanted:
            return wrong(CHANNEL, "twilio_texts_elsewhere", url=url or "-", wanted=wanted)
        if method != _POST:
            return wrong(CHANNEL, "twilio_texts_by_get", wanted=wanted)
        return fine(CHANNEL, "twilio_texts", url=wanted)

    async def ask(self, ask: Callable[[Client], Awaitable[Any]]) -> Any:
        """One bounded call. Raises `Unreachable`."""
        transport = self._transport()
        told = await bounded(ask(self._client(transport)), transport)
        self._provider_date = transport.date
        return told


def _unasked(fault: Unreachable) -> Examined:
    code = str(fault)
    if code in _REFUSED:
        return wrong(CHANNEL, "twilio_refuses")
    if code == _ABSENT:
        return wrong(CHANNEL, "twilio_account_absent")
    return unknown(CHANNEL, "unasked", why=code)


def _amount(written: object) -> Decimal | None:
    try:
        amount = Decimal(str(written))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def _currency(currency: str) -> Sequence[Examined]:
    if currency.upper() == _EUROS:
        return []
    return [note(CHANNEL, "twilio_currency", currency=currency)]


def _capable(number: Any) -> Examined:
    if able(number.capabilities, "sms"):
        return fine(CHANNEL, "twilio_number")
    return wrong(CHANNEL, "twilio_number_mute")


def _lawful(number: str) -> Sequence[Examined]:
    return [note(CHANNEL, "twilio_number_of_people")] if number.startswith(_FRENCH_MOBILES) else []


def _polled(url: str) -> Examined:
    """Without a public URL texts are fetched; one that another program answers is answered twice."""
    if url:
        return note(CHANNEL, "twilio_texts_also", url=url)
    return fine(CHANNEL, "twilio_texts_fetched")
