"""Turns what Telnyx tells into nouns. Pure: touches floor 0.

https://developers.telnyx.com/api-reference/callbacks/inbound-message and .../delivery-update.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from bridge.model import SECOND, Answer, Call, Message, MicroEuros, Micros, Progress, Receipt, ReplyId
from channels.attached import attached, form_of
from channels.events import INCOMPLETE, Event, name_in, text_in
from channels.telnyx_messaging.codes import CODES, first_code
from channels.twilio.amounts import micro_euros
from channels.twilio.translation import wish_named

CHANNEL = "telnyx"

REPLY = "reply"
"""What the URL of a reply's events names our own id by."""

_REPLY_ID = re.compile(r"[0-9a-f]{32}")
_RECEIVED = "message.received"
_FARED = ("message.sent", "message.finalized")
_MOST_PARTS = 255

PROGRESS = {
    "queued": Progress.ACCEPTED,
    "sending": Progress.ACCEPTED,
    "sent": Progress.SENT,
    "delivery_unconfirmed": Progress.SENT,
    "delivered": Progress.DELIVERED,
    "sending_failed": Progress.FAILED,
    "delivery_failed": Progress.FAILED,
    "expired": Progress.FAILED,
}


def happening(event: Event, call: Call) -> Message | Receipt | Answer | None:
    """What an event tells; nothing where it is not about a message, or of a kind that we do not know."""
    data = _pairs(event.get("data"))
    kind, payload = data.get("event_type"), _pairs(data.get("payload"))
    if kind == _RECEIVED:
        return message(payload, call.arrived_at) or INCOMPLETE
    return receipt(payload, call.arrived_at) if kind in _FARED else None


def line_of(event: Event) -> str:
    """Which number of ours an event is about."""
    data = _pairs(event.get("data"))
    payload = _pairs(data.get("payload"))
    return _first_to(payload) if data.get("event_type") == _RECEIVED else _from(payload)


def message(payload: Mapping[str, Any], arrived_at: Micros) -> Message | None:
    """The message that a person wrote; `None` when it is not said which, from whom or to whom."""
    name, sender, line = name_in(payload, "id"), _from(payload), _first_to(payload)
    if not (name and sender and line):
        return None
    listed, parts = payload.get("media"), payload.get("parts")
    each = [_pairs(one) for one in listed] if isinstance(listed, list) else []
    media = attached((text_in(one, "content_type"), text_in(one, "url")) for one in each)
    return Message(
        channel=CHANNEL,
        provider_id=name,
        line=line,
        address=sender,
        text=text_in(payload, "text"),
        at=min(instant(payload.get("received_at")) or arrived_at, arrived_at),
        segments=parts if type(parts) is int and 1 <= parts <= _MOST_PARTS else 1,
        wish=wish_named(text_in(payload, "autoresponse_type")),
        attachments=len(each),
        form=form_of(media),
        media=media,
    )


def receipt(payload: Mapping[str, Any], at: Micros) -> Receipt | None:
    """How a reply fares; `None` for a status that says nothing about one."""
    name, status = name_in(payload, "id"), _status(payload)
    progress = PROGRESS.get(status)
    if not name or progress is None:
        return None
    code = first_code(payload.get("errors")) if progress is Progress.FAILED else None
    return Receipt(
        channel=CHANNEL,
        provider_id=f"{name}:{status}",
        message_id=name,
        reply=reply_of(payload),
        address=_first_to(payload),
        progress=progress,
        at=at,
        error=None if code is None else CODES.reason(code),
        opted_out=code == CODES.opted_out,
        never_left=CODES.never_left(code),
        cost=cost_of(payload.get("cost")),
    )


def reply_of(payload: Mapping[str, Any]) -> ReplyId | None:
    """Our own id, which the URL of each reply's events carries; the event repeats it, and is signed."""
    url = payload.get("webhook_url")
    try:
        query = urlsplit(url).query if isinstance(url, str) else ""
    except ValueError:
        return None
    named = next((value for value in parse_qs(query).get(REPLY, ()) if _REPLY_ID.fullmatch(value)), None)
    return ReplyId(named) if named else None


def cost_of(told: object) -> MicroEuros | None:
    """What Telnyx charges, where it charges euros: nothing is ever converted."""
    cost = _pairs(told)
    return micro_euros(cost.get("amount")) if str(cost.get("currency", "")).upper() == "EUR" else None


def instant(written: object) -> Micros | None:
    """An instant as Telnyx writes it (ISO 8601); `None` where it is none."""
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return round(at.timestamp() * SECOND) if at is not None and at.tzinfo is not None else None


def _from(payload: Mapping[str, Any]) -> str:
    return name_in(_pairs(payload.get("from")), "phone_number")


def _first_to(payload: Mapping[str, Any]) -> str:
    return name_in(_first(payload), "phone_number")


def _status(payload: Mapping[str, Any]) -> str:
    return name_in(_first(payload), "status")


def _first(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    to = payload.get("to")
    return _pairs(to[0]) if isinstance(to, list) and to else {}


def _pairs(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
