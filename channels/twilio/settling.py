"""Tells Twilio where a number's texts and calls go, as a person would in its console."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bridge.checkup import Examined, fine, wrong
from bridge.ports import Unreachable
from channels.twilio.ringing import able
from channels.twilio.translation import CHANNEL
from channels.twilio.webhooks import SMS, VOICE

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
        number_, calls = found[0], f"{public_url}{VOICE}"
        rings = {"voice_url": calls, "voice_method": "POST"} if able(number_.capabilities, "voice") else {}
        await ask(
            lambda client: client.incoming_phone_numbers(number_.sid).update_async(
                sms_url=wanted, sms_method="POST", **rings
            )
        )
    except Unreachable as fault:
        return [wrong(CHANNEL, "twilio_not_set", wanted=wanted, why=str(fault))]
    set_ = [fine(CHANNEL, "twilio_set", url=wanted)]
    return [*set_, fine(CHANNEL, "twilio_calls", url=calls)] if rings else set_
