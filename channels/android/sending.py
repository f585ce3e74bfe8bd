"""Hands a message to the phone, and asks for it by the name that we gave it. Touches floor 0.

https://docs.sms-gate.app/features/sending-messages
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.model import Outgoing
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Unreachable
from channels.android.names import name_of

if TYPE_CHECKING:
    from channels.dialling import Answered, Dialler

_MESSAGES = "/messages"
_NOT_FOUND = 404
_TAKEN = (200, 201, 202)
_THERE_ALREADY = 409
_FAILURES = 500
_REFUSALS = {401: "credentials", 403: "credentials", 404: "no_such_api", 429: "rate_limited"}
_REQUEST_TIMEOUT = 408


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
    if answered.status not in _TAKEN:
        raise Unreachable(f"status_{answered.status}", answered.retry_after)
    return Accepted(name)


def outcome_of(answered: Answered, name: str) -> Outcome:
    """The phone has no codes. It refuses nothing for ever: who may be written to, the network knows."""
    status = answered.status
    if status in _TAKEN or status == _THERE_ALREADY:
        return Accepted(name, price=None)
    if not 400 <= status < _FAILURES or status == _REQUEST_TIMEOUT:  # noqa: PLR2004 - the bounds of "client error"
        return InDoubt(f"http_{status}")
    return NotProcessed(_REFUSALS.get(status, f"http_{status}"), answered.retry_after)
