"""Hands a reply over to Telnyx, exactly once, and says what came of it. Touches floor 0."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bridge.model import Outgoing
from bridge.ports import Accepted, InDoubt, Outcome, Refused
from channels.telnyx_messaging.codes import CODES, first_code
from channels.telnyx_messaging.translation import cost_of

if TYPE_CHECKING:
    from channels.dialling import Answered, Dialler

_ERRORS = 300
"""From here on an HTTP status is no success: a redirect is none either, and is not followed."""


_E164 = re.compile(r"\+[0-9]{6,15}")


async def hand_over(
    dialler: Dialler, reply: Outgoing, callback: Mapping[str, str], patience: float
) -> Outcome:
    """Creates the message, given up after `patience` seconds; every way in which that can fail is an outcome.

    `callback`: where Telnyx tells how it fares.
    """
    from channels.dialling import meaning  # noqa: PLC0415 - slow to load

    if not _E164.fullmatch(reply.line):
        return Refused("bad_line")
    sent = {"from": reply.line, "to": reply.address, "text": reply.text, **callback}
    try:
        return outcome_of(await dialler.call("POST", "/v2/messages", sent, patience=patience))
    except Exception as fault:  # noqa: BLE001 - whatever breaks a call has a meaning for the reply
        return meaning(fault)


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
