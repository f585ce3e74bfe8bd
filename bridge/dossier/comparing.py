"""Holds what is exported against the provider's own log: each message is there, same text, same time."""

import re
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from bridge.days import iso_second
from bridge.model import MINUTE, Message, Micros
from bridge.ports import Unreachable

TOLERANCE: Micros = 3 * MINUTE
"""A provider tells when it sent a message on, we when it arrived."""

_MOST_LISTED = 1_000

Ask = Callable[[Micros, Micros], AsyncIterator[Message]]
"""What a provider's log holds between two instants, as messages that came in."""


_Known = tuple[int, Micros, bytes, str]
"""Place, instant, a sum of the text, and the address."""

_HIDDEN = re.compile(r"[*•●█#xX]+")
"""What stands for digits that a provider does not show."""


def _sum(text: str) -> bytes:
    return sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


@dataclass(slots=True)
class Comparison:
    """What was found, channel by channel."""

    known: dict[str, dict[str, _Known]] = field(default_factory=dict)
    """By channel and the provider's id: place, instant, a sum of the text, and the address."""
    told: dict[str, Any] = field(default_factory=dict)
    _people: dict[str, str] = field(default_factory=dict)
    """Addresses, each of them once."""

    def note(self, place: int, message: Message) -> None:
        """A message that is exported; one found in the log after an outage bears the instant it has there."""
        address = self._people.setdefault(message.address, message.address)
        entry = place, message.at, _sum(message.text), address
        self.known.setdefault(message.channel, {})[message.provider_id] = entry

    async def ask(self, logs: Mapping[str, Ask]) -> None:
        """Compares with each provider that keeps a log; one that cannot be asked is said to be so."""
        for channel, known in self.known.items():
            ask = logs.get(channel)
            if ask is None:
                self.told[channel] = {"asked": False, "why": "no_log"}
                continue
            try:
                self.told[channel] = await _compared(known, ask)
            except Unreachable as fault:
                self.told[channel] = {"asked": False, "why": "unreachable", "code": str(fault)}

    def not_asked(self) -> None:
        """Nobody wanted to compare."""
        self.told = {channel: {"asked": False, "why": "not_asked"} for channel in self.known}


def _differs(ours: _Known, theirs: Message) -> str:
    """What the provider tells otherwise; empty where it is nothing. What it hides it does not tell."""
    _, at, text, address = ours
    if not _fits(theirs.address, address):
        return "another number there"
    if not _is_redacted(ours, theirs) and _sum(theirs.text) != text:
        return "another text there"
    if abs(theirs.at - at) > TOLERANCE:
        return f"another time there: {iso_second(theirs.at)}"
    return ""


def _is_redacted(ours: _Known, theirs: Message) -> bool:
    return not theirs.text and ours[2] != _sum("")


def _fits(theirs: str, ours: str) -> bool:
    """Whether what is shown of a number there is that of ours."""
    shown, *hidden = _HIDDEN.split(theirs, maxsplit=1)
    return ours.startswith(shown) if hidden or not theirs else theirs == ours


async def _compared(known: Mapping[str, _Known], ask: Ask) -> dict[str, Any]:
    instants = [at for _, at, _, _ in known.values()]
    people = {address for *_, address in known.values()}
    since, until = min(instants) - TOLERANCE, max(instants) + TOLERANCE
    seen: set[str] = set()
    differences: list[dict[str, Any]] = []
    same = redacted = hidden = 0
    async for theirs in ask(since, until):
        ours = known.get(theirs.provider_id)
        if ours is None:
            if theirs.address in people and since + TOLERANCE <= theirs.at <= until - TOLERANCE:
                differences.append({"id": theirs.provider_id, "what": "only in the provider's log"})
            continue
        seen.add(theirs.provider_id)
        what = _differs(ours, theirs)
        if what:
            differences.append({"id": theirs.provider_id, "place": ours[0], "what": what})
            continue
        is_redacted = _is_redacted(ours, theirs)
        redacted, same = redacted + is_redacted, same + (not is_redacted)
        hidden += theirs.address != ours[3]
    missing = [(name, ours[0]) for name, ours in known.items() if name not in seen]
    differences += [
        {"id": name, "place": place, "what": "not in the provider's log"} for name, place in missing
    ]
    return {
        "asked": True,
        "compared": len(known),
        "same": same,
        "redacted_there": redacted,
        "numbers_hidden_there": hidden,
        "differences": differences[:_MOST_LISTED],
        "differences_count": len(differences),
    }
