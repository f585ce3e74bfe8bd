"""Where the phone calls us: it is told under names of ours, so that telling it again changes nothing.

https://docs.sms-gate.app/features/webhooks. Touches floor 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bridge.ports import Unreachable
from channels.android.translation import EVENTS

if TYPE_CHECKING:
    from channels.dialling import Dialler

PATH = "/gateway/events"

_HOOKS = "/webhooks"
_ERRORS = 400


async def standing(dialler: Dialler) -> Sequence[Mapping[str, str]]:
    """What the phone tells to whom. Raises `Unreachable`."""
    listed = (await dialler.ask(_HOOKS)).told
    if not isinstance(listed, list):
        raise Unreachable("unreadable")
    return [
        {key: str(one.get(key, "")) for key in ("id", "url", "event")}
        for one in listed
        if isinstance(one, dict)
    ]


def missing(there: Sequence[Mapping[str, str]], public_url: str) -> list[str]:
    """The kinds of events that the phone does not tell us of."""
    told = {one["event"] for one in there if one["url"] == f"{public_url}{PATH}"}
    return [event for event in EVENTS if event not in told]


def doubled(there: Sequence[Mapping[str, str]], public_url: str) -> int:
    """How many of them tell us what another one tells us too: each message would come twice."""
    ours = [one["event"] for one in there if one["url"] == f"{public_url}{PATH}"]
    return len(ours) - len(set(ours))


async def ensure(dialler: Dialler, public_url: str) -> None:
    """Has the phone tell us of everything. Raises `Unreachable`."""
    for event in missing(await standing(dialler), public_url):
        hook = {"id": f"rempart-{event.replace(':', '-')}", "url": f"{public_url}{PATH}", "event": event}
        answered = await dialler.answered("POST", _HOOKS, hook)
        if answered.status >= _ERRORS:
            raise Unreachable(f"status_{answered.status}", answered.retry_after)
