"""Receives JSON that a provider signed together with an instant. Touches floor 0; dials nobody.

What is appended is committed before it is answered. A provider that signs the instant cannot be repeated
later by somebody who listened: what is older than `FRESH` is refused, and its provider tries again.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from bridge.model import MINUTE, SECOND, Answer, Call, Message, Micros, Original, Receipt
from bridge.noun import Noun, replace
from bridge.ports import Guarded, Told, Webhook, Wiring

LIMIT_BYTES = 64 * 1024
"""More than any text takes, however it is escaped."""

FRESH: Micros = 5 * MINUTE
"""How far the signed instant may be from ours, either way: what providers recommend."""

TAKEN = Answer(200)

_UNSIGNED = Answer(403, b"The request carries no signature.")
_FORGED = Answer(403, b"The signature does not match the request.")
_STALE = Answer(403, b"The request was signed more than five minutes from now: look at both clocks.")
_TOO_LARGE = Answer(413, b"The body is larger than any text makes it, 64 KiB.")
_MALFORMED = Answer(400, b"The body is not a JSON object in UTF-8.")
INCOMPLETE = Answer(400, b"The event lacks a field, or one is too long.")

_INSTANT = re.compile(r"[0-9]{1,12}")

Event = Mapping[str, Any]
"""What stands in the body."""


class Seal(Noun):
    """How a provider signs."""

    algorithm: str
    """By the provider's name for it."""
    signature_header: str
    instant_header: str
    """Seconds since 1970; both in small letters."""
    matches: Callable[[bytes, str, str], bool]
    """Whether a body, with the signed instant as it is written, bears a signature."""

    def genuine(self, original: Original) -> bool:
        """Whether the provider signed a request that was kept as it came."""
        instant, _, signature = original.signature.partition("|")
        return self.matches(original.body, instant, signature)


class Events(Noun):
    """What one provider's calls tell, and to whom."""

    seal: Seal
    understood: Callable[[Event, Call], Message | Receipt | Answer | None]
    """What an event tells; nothing where it is not about us; an answer where it cannot be taken."""
    wiring: Wiring
    told_to: Callable[[Event], Wiring] | None = None
    """Whom an event is for, where there are several lines."""

    def webhook(self) -> Webhook:
        """What receives them all; of several lines only we know who is to store what comes."""
        return Guarded(self.receive, self._glance, self.read if self.told_to is None else None)

    async def receive(self, call: Call) -> Answer:
        """Appends what an event tells. Lets `StoreUnavailable` through."""
        read = self.read(call)
        if isinstance(read, Answer):
            return read
        wiring = self.wiring if self.told_to is None else self.told_to(event_of(call.body) or {})
        await wiring.append(read.happenings)
        return read.answer

    def read(self, call: Call) -> Answer | Told:
        """What an event tells, or what to answer instead."""
        objection = self._objection(call)
        if objection is not None:
            return objection
        event = event_of(call.body)
        if event is None:
            return _MALFORMED
        told = self.understood(event, call)
        if told is None or isinstance(told, Answer):
            return told or TAKEN
        return Told((replace(told, original=self._original(call)),), TAKEN)

    def _glance(self, headers: Mapping[str, str]) -> Answer | None:
        signed = headers.get(self.seal.signature_header) and headers.get(self.seal.instant_header)
        return None if signed else _UNSIGNED

    def _objection(self, call: Call) -> Answer | None:
        """Why a call is not the provider's, or not to be read."""
        instant = call.headers.get(self.seal.instant_header, "")
        signature = call.headers.get(self.seal.signature_header, "")
        if len(call.body) > LIMIT_BYTES:
            return _TOO_LARGE
        if not _INSTANT.fullmatch(instant) or not self.seal.matches(call.body, instant, signature):
            return _FORGED
        return None if abs(int(instant) * SECOND - call.arrived_at) <= FRESH else _STALE

    def _original(self, call: Call) -> Original:
        """What the provider sent and signed, to the byte."""
        base = self.wiring.public_url or f"http://{call.headers.get('host', '')}"
        url = f"{base}{call.path}" + (f"?{call.query}" if call.query else "")
        signed = call.headers[self.seal.instant_header], call.headers[self.seal.signature_header]
        return Original(url, call.body, "|".join(signed), self.seal.algorithm)


def event_of(body: bytes) -> Event | None:
    """The JSON object that a body is; `None` where it is none."""
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


_LONGEST_NAME = 64
"""Ids and addresses are shorter: anything much longer is no provider's."""


def name_in(event: Event, field: str) -> str:
    """A field that identifies something, as it is; empty when it is blank or cannot be a provider's."""
    value = event.get(field)
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        return ""
    return value if len(value) <= _LONGEST_NAME else ""


def text_in(event: Event, field: str) -> str:
    """What somebody wrote; half a character, which JSON can hold and no journal, is made a whole one."""
    value = event.get(field)
    text = value if isinstance(value, str) else ""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
