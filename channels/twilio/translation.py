"""Turns what Twilio's webhooks tell into nouns. Pure: touches floor 0."""

import re
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import parse_qs

from bridge.model import Message, Micros, Original, Progress, Receipt, ReplyId, Wish
from channels.attached import attached, form_of
from channels.twilio.codes import OPTED_OUT, never_left, reason
from channels.twilio.ways import SMS, bare, way_of

CHANNEL = SMS.channel

_LONGEST_NAME, _LONGEST_ELSEWHERE = 64, 160
"""Ids have 34 characters and numbers about 20: anything much longer is not Twilio's. Behind the name of
another network stands what that one calls people: up to 135 at WhatsApp, of whoever hides their number."""

_IDS = ("MessageSid", "SmsSid", "SmsMessageSid")
_STATUSES = ("MessageStatus", "SmsStatus")
_WISHES = {"STOP": Wish.STOP, "START": Wish.START}
_REPLY_ID = re.compile(r"[0-9a-f]{32}")
_CODE = re.compile(r"[0-9]{1,6}")
_COUNT = re.compile(r"[0-9]{1,3}")

WITHHELD = "anonymous"
"""Whoever keeps their number to themselves: they are all one sender, and nobody can answer them."""

_WITHHELD = frozenset(
    {"anonymous", "restricted", "blocked", "unknown", "unavailable"}
    | {"+266696687", "+7378742833", "+2562533", "+8656696", "+86282452253"}
)
"""How Twilio names them: the words, and the same words typed on a telephone's keys."""

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


def message(
    fields: Mapping[str, str], at: Micros, ours: Callable[[str], str] = str, original: Original | None = None
) -> Message | None:
    """The message that a webhook brings; `None` when it does not say which, from whom or to whom.

    `ours`: how we spell a number of ours; `original`: the request that tells it.
    """
    named = ends(fields)
    if named is None:
        return None
    (sid, sender, line), way = named, way_of(fields.get("From", ""))
    count = _count(fields, "NumMedia", 0)
    told = ((fields.get(f"MediaContentType{n}", ""), fields.get(f"MediaUrl{n}", "")) for n in range(count))
    media = attached(told)
    return Message(
        channel=way.channel,
        provider_id=sid,
        line=ours(line),
        address=sender,
        text=fields.get("Body", ""),
        at=at,
        until=way.until(at),
        segments=max(1, _count(fields, "NumSegments", 1)),
        wish=wish_named(fields.get("OptOutType", "")),
        attachments=count,
        form=form_of(media),
        media=media,
        original=original,
    )


def wish_named(told: str) -> Wish | None:
    """What a provider has understood somebody to wish; nothing where that is none, such as HELP."""
    return _WISHES.get(told.strip().upper())


def ends(fields: Mapping[str, str]) -> tuple[str, str, str] | None:
    """Which message it is, from whom and to whom; `None` where one of them is not told."""
    sid, sender, line = sid_of(fields), bare(address_in(fields, "From")), bare(address_in(fields, "To"))
    return (sid, sender, line) if sid and sender and line else None


def call(fields: Mapping[str, str], at: Micros, *, picked_up: bool) -> Message | None:
    """The call that a webhook tells of; `None` when it does not say which, from whom or to whom.

    `picked_up`: it will be, so that a minute of it is billed.
    """
    sid, line = _name(fields, "CallSid"), _name(fields, "To")
    caller = WITHHELD if _is_withheld(fields.get("From")) else _name(fields, "From")
    if not (sid and caller and line):
        return None
    return Message(CHANNEL, sid, line, caller, "", at, segments=int(picked_up), form="call")


def _is_withheld(told: str | None) -> bool:
    """Whether a caller keeps their number to themselves: not whether Twilio said nothing of one at all."""
    return told is not None and (not told.strip() or told.strip().lower() in _WITHHELD)


def tells_status(fields: Mapping[str, str]) -> bool:
    """Whether a status callback says which message it is about, and its status."""
    return bool(sid_of(fields) and _status(fields))


def receipt(fields: Mapping[str, str], query: str, at: Micros) -> Receipt | None:
    """The receipt that a status callback brings; `None` for a status that says nothing about a reply."""
    sid, status = sid_of(fields), _status(fields)
    progress = PROGRESS.get(status)
    if progress is None:
        return None
    code = _error(fields) if progress is Progress.FAILED else None
    recipient = address_in(fields, "To")
    return Receipt(
        channel=way_of(recipient).channel,
        provider_id=f"{sid}:{status}",
        message_id=sid,
        reply=_reply(query),
        address=bare(recipient),
        progress=progress,
        at=at,
        error=None if code is None else reason(code),
        opted_out=code == OPTED_OUT,
        never_left=never_left(code),
    )


def sid_of(fields: Mapping[str, str]) -> str:
    """The first of the three names under which Twilio gives the id."""
    return _first(fields, _IDS)


def _status(fields: Mapping[str, str]) -> str:
    """How a message fares, by the first of the two names under which Twilio tells it."""
    return _first(fields, _STATUSES).lower()


def _first(fields: Mapping[str, str], names: Sequence[str]) -> str:
    for name in names:
        if told := _name(fields, name):
            return told
    return ""


def _name(fields: Mapping[str, str], field: str) -> str:
    """A field that identifies something, as it is; empty when it is blank or cannot be Twilio's."""
    return _told(fields.get(field, ""), _LONGEST_NAME)


def address_in(fields: Mapping[str, str], field: str) -> str:
    """Somebody's address, likewise."""
    value = fields.get(field, "")
    return _told(value, _LONGEST_ELSEWHERE if ":" in value else _LONGEST_NAME)


def _told(value: str, longest: int) -> str:
    return value if value.strip() and value.isprintable() and len(value) <= longest else ""


def _count(fields: Mapping[str, str], field: str, otherwise: int) -> int:
    value = fields.get(field, "").strip()
    return int(value) if _COUNT.fullmatch(value) else otherwise


def _error(fields: Mapping[str, str]) -> int | None:
    value = fields.get("ErrorCode", "").strip()
    return int(value) or None if _CODE.fullmatch(value) else None  # 0 is how some say that there is none


def _reply(query: str) -> ReplyId | None:
    """Our own id, which the callback URL of each reply carries."""
    for value in parse_qs(query).get("reply", ()):
        if _REPLY_ID.fullmatch(value):
            return ReplyId(value)
    return None
