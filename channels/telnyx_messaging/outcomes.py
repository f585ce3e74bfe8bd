"""Says what Telnyx's answer means for the reply that was handed over. Pure: touches floor 0."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.ports import Accepted, InDoubt, Outcome
from channels.telnyx_messaging.codes import CODES, first_code
from channels.telnyx_messaging.translation import cost_of

if TYPE_CHECKING:
    from channels.dialling import Answered

_ERRORS = 300
"""From here on an HTTP status is no success: a redirect is none either, and is not followed."""


def outcome_of(answered: Answered) -> Outcome:
    """A message of whose id nothing is said may have been taken all the same."""
    told = answered.told
    body = told if isinstance(told, dict) else {}
    if answered.status >= _ERRORS:
        return CODES.outcome(answered.status, first_code(body.get("errors")), answered.retry_after)
    found = body.get("data")
    data = found if isinstance(found, dict) else {}
    name = data.get("id")
    if not isinstance(name, str) or not name:
        return InDoubt("unreadable")
    return Accepted(name, cost_of(data.get("cost")))
