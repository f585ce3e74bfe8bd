"""Hands a reply over to Twilio, exactly once, and says what came of it. Touches floor 0 and the vendor's SDK.

Where a call fails, the question is always the same: could Twilio have taken the reply? When nobody can know,
it is in doubt.
"""

import asyncio

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from bridge.model import Outgoing
from bridge.ports import Accepted, InDoubt, Outcome
from channels.dialling import meaning
from channels.twilio.codes import outcome
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


def outcome_of(fault: Exception, transport: Transport) -> Outcome:
    """What came of a call that ended in `fault`; the provider's prose stays behind."""
    if isinstance(fault, TwilioException) and transport.status is not None:
        return outcome(transport.status, _code(fault, transport.status), transport.retry_after)
    return meaning(fault)


def _code(fault: TwilioException, status: int) -> int | None:
    """Twilio's code; the SDK repeats the HTTP status where the answer carried none."""
    code = getattr(fault, "code", None)
    return code if type(code) is int and code != status else None
