"""Tells Twilio where a number's texts go, as a person would in its console."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bridge.checkup import Examined, fine, wrong
from bridge.ports import Unreachable
from channels.twilio.translation import CHANNEL
from channels.twilio.webhooks import SMS

Ask = Callable[[Callable[[Any], Awaitable[Any]]], Awaitable[Any]]
"""One bounded call to Twilio with the client that it is handed. Raises `Unreachable`."""


async def settle(ask: Ask, number: str, public_url: str) -> Sequence[Examined]:
    """Points the number at us; what cannot be set is told, and is set by hand."""
    wanted = f"{public_url}{SMS}"
    try:
        found = await ask(
            lambda client: client.incoming_phone_numbers.list_async(phone_number=number, limit=1)
        )
        if not found:
            return [wrong(CHANNEL, "twilio_number_absent", number=number)]
        sid = found[0].sid
        await ask(
            lambda client: client.incoming_phone_numbers(sid).update_async(sms_url=wanted, sms_method="POST")
        )
    except Unreachable as fault:
        return [wrong(CHANNEL, "twilio_not_set", wanted=wanted, why=str(fault))]
    return [fine(CHANNEL, "twilio_set", url=wanted)]
