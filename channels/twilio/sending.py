"""Hands a reply over to Twilio, exactly once. Touches floor 0 and the vendor's SDK."""

import asyncio

from twilio.rest import Client

from bridge.model import Outgoing
from bridge.ports import Accepted, InDoubt, Outcome
from channels.twilio.outcomes import outcome_of
from channels.twilio.transport import Transport


async def hand_over(
    client: Client, transport: Transport, reply: Outgoing, callback: str | None, patience: float
) -> Outcome:
    """Creates the message, given up after `patience` seconds; every way in which that can fail is an outcome.

    `reply` has its addresses as Twilio has them; `callback`: where Twilio tells how it fares.
    """
    try:
        async with asyncio.timeout(patience):
            created = await client.messages.create_async(
                to=reply.address, from_=reply.line, body=reply.text, status_callback=callback
            )
            return Accepted(created.sid) if isinstance(created.sid, str) else InDoubt("unreadable")
    except Exception as fault:  # noqa: BLE001 - an odd answer can upset the SDK anywhere
        return outcome_of(fault, transport)
