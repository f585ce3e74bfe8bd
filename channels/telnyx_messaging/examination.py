"""Looks at an account and its number at Telnyx, as `rempart doctor` asks. Touches floor 0.

https://developers.telnyx.com/api-reference/billing/get-user-balance-details,
.../phone-numbers/list-phone-numbers and .../messaging-profiles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from bridge.checkup import Examined, fine, note, unknown, wrong
from bridge.model import Micros
from bridge.ports import Unreachable
from channels.telnyx_messaging.translation import CHANNEL

if TYPE_CHECKING:
    from channels.dialling import Dialler

PATH = "/telnyx/messages"

_REFUSED = ("status_401", "status_403")


async def look(dialler: Dialler, number: str, public_url: str | None) -> Sequence[Examined]:
    """The account first: without it nothing else can be asked."""
    try:
        amount, currency = await balance(dialler)
    except Unreachable as fault:
        refused = str(fault) in _REFUSED
        return [wrong(CHANNEL, "telnyx_refuses") if refused else unknown(CHANNEL, "unasked", why=str(fault))]
    shown = f"{amount:.2f} {currency}"
    paid = fine(CHANNEL, "telnyx_balance", balance=shown)
    owed = wrong(CHANNEL, "telnyx_balance_spent", balance=shown)
    foreign = [] if currency == "EUR" else [note(CHANNEL, "telnyx_currency", currency=currency)]
    return [paid if amount > 0 else owed, *foreign, *await _number(dialler, number, public_url)]


async def balance(dialler: Dialler) -> tuple[Decimal, str]:
    """What can still be spent, and its currency. Raises `Unreachable`."""
    told = _data((await dialler.ask("/v2/balance")).told)
    try:
        amount = Decimal(str(told.get("available_credit", told.get("balance"))))
    except InvalidOperation as error:
        raise Unreachable("unreadable") from error
    if not amount.is_finite():
        raise Unreachable("unreadable")
    return amount, str(told.get("currency") or "").upper()


async def well(dialler: Dialler) -> None:
    """Whether the account would send now. Raises `Unreachable` with the code of why not."""
    try:
        amount, _ = await balance(dialler)
    except Unreachable as fault:
        raise Unreachable(
            "credentials" if str(fault) in _REFUSED else str(fault), fault.retry_after
        ) from None
    if amount <= 0:
        raise Unreachable("balance_spent")


async def time(dialler: Dialler) -> Micros:
    """By the provider's clock. Raises `Unreachable`."""
    date = (await dialler.ask("/v2/balance")).date
    if date is None:
        raise Unreachable("unreadable")
    return date


async def _number(dialler: Dialler, number: str, public_url: str | None) -> Sequence[Examined]:
    try:
        profile = await profile_of(dialler, number)
    except Unreachable as fault:
        return [unknown(CHANNEL, "telnyx_number_unknown", why=str(fault))]
    if profile is None:
        return [wrong(CHANNEL, "telnyx_number_absent", number=number)]
    if public_url is None:
        return [note(CHANNEL, "telnyx_sends_only")]
    url, wanted = str(profile.get("webhook_url") or ""), f"{public_url}{PATH}"
    if url != wanted:
        return [wrong(CHANNEL, "telnyx_texts_elsewhere", url=url or "-", wanted=wanted)]
    return [fine(CHANNEL, "telnyx_texts", url=wanted)]


async def profile_of(dialler: Dialler, number: str) -> Mapping[str, Any] | None:
    """The messaging profile that the number belongs to; `None` where it is not ours, or has none. Raises
    `Unreachable`."""
    told = (await dialler.ask("/v2/phone_numbers", {"filter[phone_number]": number})).told
    listed = told.get("data") if isinstance(told, dict) else None
    found = next((one for one in listed or () if isinstance(one, dict)), {})
    name = found.get("messaging_profile_id")
    return _data((await dialler.ask(f"/v2/messaging_profiles/{name}")).told) if name else None


def _data(told: object) -> Mapping[str, Any]:
    """Raises `Unreachable` for what is not Telnyx's."""
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, dict):
        raise Unreachable("unreadable")
    return data
