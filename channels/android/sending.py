"""Hands a message to the phone, and asks for it by the name that we gave it. Touches floor 0.

https://docs.sms-gate.app/features/sending-messages
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.model import Outgoing
from bridge.ports import Accepted, Outcome, Unreachable
from channels.android.names import name_of
from channels.android.outcomes import TAKEN, outcome_of

if TYPE_CHECKING:
    from channels.dialling import Dialler

_MESSAGES = "/messages"
_NOT_FOUND = 404

_LIVES_SECONDS = 3600
"""What the phone could not send by then it gives up, and says so."""


async def hand_over(dialler: Dialler, reply: Outgoing, sim: int | None, patience: float) -> Outcome:
    """Calls once; every way in which that can fail is an outcome."""
    from channels.dialling import meaning  # noqa: PLC0415 - slow to load

    name = name_of(reply)
    sent = {
        "id": name,
        "textMessage": {"text": reply.text},
        "phoneNumbers": [reply.address],
        "withDeliveryReport": True,
        "ttl": _LIVES_SECONDS,
        **({} if sim is None else {"simNumber": sim}),
    }
    try:
        return outcome_of(await dialler.call("POST", _MESSAGES, sent, patience=patience), name)
    except Exception as fault:  # noqa: BLE001 - whatever breaks a call has a meaning for the reply
        return meaning(fault)


async def find(dialler: Dialler, reply: Outgoing) -> Accepted | None:
    """Whether the phone took it. Raises `Unreachable`."""
    name = name_of(reply)
    answered = await dialler.answered("GET", f"{_MESSAGES}/{name}")
    if answered.status == _NOT_FOUND:
        return None
    if answered.status not in TAKEN:
        raise Unreachable(f"status_{answered.status}", answered.retry_after)
    return Accepted(name)
