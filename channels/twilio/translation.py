"""Turns what Twilio's webhooks tell into nouns. Pure: touches floor 0."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs

from bridge.model import Message, Micros, Progress, Receipt, ReplyId, Wish
from channels.twilio.codes import OPTED_OUT, never_left, reason

CHANNEL = "sms"

_LONGEST_NAME = 64
"""Ids have 34 characters and addresses about 20: anything much longer is not Twilio's."""

_IDS = ("MessageSid", "SmsSid", "SmsMessageSid")
_WISHES = {"STOP": Wish.STOP, "START": Wish.START}
_REPLY_ID = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"[0-9]{1,6}")
_COUNT = re.compile(r"[0-9]{1,3}")

PROGRESS = {
    "queued": Progress.ACCEPTED,
    "accepted": Progress.ACCEPTED,
    "scheduled": Progress.ACCEPTED,
    "sending": Progress.ACCEPTED,
    "sent": Progress.SENT,
    "delivered": Progress.DELIVERED,
    "read": Progress.DELIVERED,
    "undelivered": Progress.FAILED,
    "failed": Progress.FAILED,
    "canceled": Progress.FAILED,
}


def message(fields: Mapping[str, str], at: Micros) -> Message | None:
    """The message that a webhook brings; `None` when it does not say which, from whom or to whom."""
    sid, sender, line = _sid(fields), _name(fields, "From"), _name(fields, "To")
    if not (sid and sender and line):
        return None
    return Message(
        channel=CHANNEL,
        provider_id=sid,
        line=line,
        address=sender,
        text=fields.get("Body", ""),
        at=at,
        segments=max(1, _count(fields, "NumSegments", 1)),
        wish=_WISHES.get(fields.get("OptOutType", "").strip().upper()),
        attachments=_count(fields, "NumMedia", 0),
    )


def tells_status(fields: Mapping[str, str]) -> bool:
    """Whether a status callback says which message it is about, and its status."""
    return bool(_sid(fields) and _name(fields, "MessageStatus"))


def receipt(fields: Mapping[str, str], query: str, at: Micros) -> Receipt | None:
    """The receipt that a status callback brings; `None` for a status that says nothing about a reply."""
    sid, status = _sid(fields), _name(fields, "MessageStatus").lower()
    progress = PROGRESS.get(status)
    if progress is None:
        return None
    code = _error(fields) if progress is Progress.FAILED else None
    return Receipt(
        channel=CHANNEL,
        provider_id=f"{sid}:{status}",
        message_id=sid,
        reply=_reply(query),
        address=_name(fields, "To"),
        progress=progress,
        at=at,
        error=None if code is None else reason(code),
        opted_out=code == OPTED_OUT,
        never_left=never_left(code),
    )


def _sid(fields: Mapping[str, str]) -> str:
    """The first of the three names under which Twilio gives the id."""
    return next(filter(None, (_name(fields, name) for name in _IDS)), "")


def _name(fields: Mapping[str, str], field: str) -> str:
    """A field that identifies something, as it is; empty when it is blank or cannot be Twilio's."""
    value = fields.get(field, "")
    return value if value.strip() and value.isprintable() and len(value) <= _LONGEST_NAME else ""


def _count(fields: Mapping[str, str], field: str, otherwise: int) -> int:
    value = fields.get(field, "").strip()
    return int(value) if _COUNT.fullmatch(value) else otherwise


def _error(fields: Mapping[str, str]) -> int | None:
    value = fields.get("ErrorCode", "").strip()
    return int(value) if _CODE.fullmatch(value) else None


def _reply(query: str) -> ReplyId | None:
    """Our own id, which the callback URL of each reply carries."""
    for value in parse_qs(query).get("reply", ()):
        if _REPLY_ID.fullmatch(value):
            return ReplyId(value)
    return None
