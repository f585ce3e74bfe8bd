"""Says what the phone's answer means for the reply that was handed over. Pure: touches floor 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome

if TYPE_CHECKING:
    from channels.dialling import Answered

TAKEN = (200, 201, 202)
_THERE_ALREADY = 409
_FAILURES = 500
_REFUSALS = {401: "credentials", 403: "credentials", 404: "no_such_api", 429: "rate_limited"}
_REQUEST_TIMEOUT = 408


def outcome_of(answered: Answered, name: str) -> Outcome:
    """The phone has no codes. It refuses nothing for ever: who may be written to, the network knows."""
    status = answered.status
    if status in TAKEN or status == _THERE_ALREADY:
        return Accepted(name, price=None)
    if not 400 <= status < _FAILURES or status == _REQUEST_TIMEOUT:  # noqa: PLR2004 - the bounds of "client error"
        return InDoubt(f"http_{status}")
    return NotProcessed(_REFUSALS.get(status, f"http_{status}"), answered.retry_after)
