"""Turns what the phone tells into nouns. Pure: touches floor 0.

Two messages may bear one `messageId`: it is made from what was written, in 32 bits. So a message is known by
the `id` of the event that told it, which the phone draws once and repeats as often as it tries again; where
an older release sends none, by the whole of what it sent, which it repeats to the byte.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from bridge.model import SECOND, Answer, Call, Form, Message, Micros, Progress, Receipt
from channels.android.names import read_name
from channels.events import INCOMPLETE, Event, name_in, text_in

CHANNEL = "gateway"

RECEIVED = "sms:received"
PICTURE = "mms:received"
FARED = {
    "sms:sent": Progress.SENT,
    "sms:delivered": Progress.DELIVERED,
    "sms:failed": Progress.FAILED,
}
EVENTS = (RECEIVED, PICTURE, *FARED)
"""What the phone is asked to tell."""

_EXPIRED = "ttl"
_NOWHERE = {
    "RESULT_ERROR_RADIO_OFF": "radio_off",
    "RESULT_ERROR_NO_SERVICE": "no_service",
    "RESULT_RADIO_NOT_AVAILABLE": "radio_off",
    "RESULT_ERROR_LIMIT_EXCEEDED": "daily_limit",
    "RESULT_NO_DEFAULT_SMS_APP": "bad_sender",
    "No SIMs found": "no_sim",
}
"""What the phone says of what it did not send, for no fault of the reply.
https://docs.sms-gate.app/faq/errors and https://developer.android.com/reference/android/telephony/SmsManager"""


def happening(
    event: Event, call: Call, line: str, sim: int | None = None
) -> Message | Receipt | Answer | None:
    """What an event tells; nothing where it is of a kind that we did not ask for, or of another SIM: that one
    is somebody's own."""
    kind, told = name_in(event, "event"), event.get("payload")
    payload: Mapping[str, Any] = told if isinstance(told, dict) else {}
    if kind in (RECEIVED, PICTURE):
        if sim is not None and payload.get("simNumber") not in (sim, None):
            return None
        return _message(event, payload, call, line) or INCOMPLETE
    return _receipt(kind, payload, call.arrived_at) if kind in FARED else None


def _message(event: Event, payload: Mapping[str, Any], call: Call, line: str) -> Message | None:
    sender = name_in(payload, "sender") or name_in(payload, "phoneNumber")
    if not sender:
        return None
    picture = name_in(event, "event") == PICTURE
    form: Form = "picture" if picture else "text"
    return Message(
        channel=CHANNEL,
        provider_id=name_in(event, "id") or f"body:{blake2b(call.body, digest_size=16).hexdigest()}",
        line=line,
        address=sender,
        text=text_in(payload, "subject" if picture else "message"),
        at=min(_instant(payload.get("receivedAt")) or call.arrived_at, call.arrived_at),
        attachments=int(picture),
        form=form,
    )


def _receipt(kind: str, payload: Mapping[str, Any], at: Micros) -> Receipt | None:
    """How a reply fares; what somebody sends from the phone by hand is no matter of ours."""
    written = name_in(payload, "messageId")
    name = read_name(written)
    if name is None:
        return None
    progress = FARED[kind]
    reason = text_in(payload, "reason") if progress is Progress.FAILED else ""
    return Receipt(
        channel=CHANNEL,
        provider_id=f"{written}:{kind}",
        message_id=written,
        reply=name.reply,
        address=name_in(payload, "recipient") or name_in(payload, "phoneNumber"),
        progress=progress,
        at=at,
        error=_code(reason) if progress is Progress.FAILED else None,
        never_left=progress is Progress.FAILED and _never_left(reason, name.parts),
    )


def _code(reason: str) -> str:
    known = (code for said, code in _NOWHERE.items() if said in reason)
    return next(known, "expired" if _EXPIRED in reason.lower() else "not_sent")


def _never_left(reason: str, parts: int) -> bool:
    """Of a message in several parts the first may have left before the phone lost its network."""
    if _EXPIRED in reason.lower():
        return True
    return parts == 1 and any(said in reason for said in _NOWHERE)


def _instant(written: object) -> Micros | None:
    """An instant as the phone writes it (ISO 8601 with its zone); `None` where it is none."""
    try:
        at = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None
    return round(at.timestamp() * SECOND) if at is not None and at.tzinfo is not None else None
