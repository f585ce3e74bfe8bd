"""The person's side: one telephone, which texts, and whose Telegram account goes by its number."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, cast

from bridge.demo.app import NotThere
from bridge.model import EventId
from bridge.noun import asdict
from bridge.privacy.pseudonym import event_id
from bridge.standin import Bubble, Handset, Meeting, StandIn

_ADDRESSES: Mapping[str, Callable[[str], str]] = {
    "sms": lambda number: number,
    "telegram": lambda number: number.removeprefix("+33"),
}
"""Under which address a telephone writes, by channel."""

_KEPT_BY_PROVIDER = frozenset({"telegram"})
"""Whoever writes here need not try again: the provider offers it to the service until it is taken."""

_OK = 200

NEWEST = 30
"""Messages that the page shows."""


class Visitors:
    """Everybody who writes, through the stand-ins that are there."""

    def __init__(self, doubles: Mapping[str, StandIn]) -> None:
        """`doubles` by the name of their channel; those that are nothing to write through are left out."""
        self._handsets = {name: cast(Handset, doubles[name]) for name in _ADDRESSES if name in doubles}
        self.newest: deque[EventId] = deque(maxlen=NEWEST)
        """What the journal made of the newest messages written here."""

    async def text(self, channel: str, number: str, text: str, language: str) -> bool:
        """Somebody writes; whether the message got through. Raises `NotThere`."""
        if channel not in self._handsets:
            raise NotThere("There is no such channel here: load the page again.")
        handset, address = self._handsets[channel], _ADDRESSES[channel](number)
        if isinstance(handset, Meeting):
            handset.meet(address, language)
        status, provider_id = await handset.text(address, text)
        self.newest.append(event_id(channel, "message", provider_id))
        return status == _OK or (status is None and channel in _KEPT_BY_PROVIDER)

    def conversations(self, number: str | None) -> dict[str, dict[str, Any]]:
        """What a telephone shows, by channel; for no number, whom one could write to."""
        return {
            channel: {"line": handset.line, "bubbles": self._bubbles(channel, number)}
            for channel, handset in self._handsets.items()
        }

    def _bubbles(self, channel: str, number: str | None) -> list[dict[str, Any]]:
        if number is None:
            return []
        found = self._handsets[channel].conversation(_ADDRESSES[channel](number))
        return [asdict(bubble) | {"event": _event(channel, bubble)} for bubble in found]


def _event(channel: str, bubble: Bubble) -> str | None:
    """What the journal made of a person's message, so that the page can tell which card belongs to it."""
    return event_id(channel, "message", bubble.id) if bubble.by == "person" else None
