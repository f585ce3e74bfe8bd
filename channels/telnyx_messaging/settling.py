"""Tells Telnyx where a number's events go, as a person would in its portal. Touches floor 0.

https://developers.telnyx.com/api-reference/profiles/update-a-messaging-profile
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bridge.checkup import Examined, wrong
from bridge.ports import Unreachable
from channels.telnyx_messaging.examination import PATH, profile_of
from channels.telnyx_messaging.translation import CHANNEL

if TYPE_CHECKING:
    from channels.dialling import Dialler

_ERRORS = 400


async def settle(dialler: Dialler, number: str, public_url: str) -> Sequence[Examined]:
    """Points the number's profile at us; what cannot be set is told, and is set by hand."""
    wanted = f"{public_url}{PATH}"
    try:
        profile = await profile_of(dialler, number)
        why = None if profile is None else await _pointed(dialler, profile, wanted)
    except Unreachable as fault:
        why = str(fault)
    return [] if why is None else [wrong(CHANNEL, "telnyx_not_set", wanted=wanted, why=why)]


async def _pointed(dialler: Dialler, profile: Mapping[str, Any], wanted: str) -> str | None:
    """Why it could not be set; `None` where it is. Raises `Unreachable`."""
    if profile.get("webhook_url") == wanted:
        return None
    there = f"/v2/messaging_profiles/{profile.get('id')}"
    answered = await dialler.answered("PATCH", there, {"webhook_url": wanted})
    return f"status_{answered.status}" if answered.status >= _ERRORS else None
