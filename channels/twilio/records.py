"""What a record of Twilio's log tells: a message that came in, how a reply fares, what it cost. Pure.

https://www.twilio.com/docs/messaging/api/message-resource#message-properties
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bridge.model import SECOND, Happening, Message, MicroEuros, Micros, Progress, Receipt
from bridge.noun import replace
from bridge.ports import Accepted
from channels.twilio.amounts import micro_euros
from channels.twilio.codes import OPTED_OUT, never_left, reason
from channels.twilio.likeness import is_hidden
from channels.twilio.translation import PROGRESS, address_in, ends, sid_of
from channels.twilio.ways import bare, way_of

_MOST_DIGITS = 6

_BY_ITSELF = "outbound-reply"
"""We answer by the API alone: what else is an answer, Twilio gives to STOP, START, HELP and their kin
(https://help.twilio.com/articles/223134027), or somebody's TwiML does."""


def message_of(record: Any, now: Micros) -> Message | None:
    """A message that came in; `None` when it does not say which, from whom or to whom.

    Where it does not say when, it came `now`.
    """
    named = ends(_fields(record))
    if named is None:
        return None
    (sid, sender, line), way = named, way_of(record.from_)
    at = at_of(record.date_sent or record.date_created) or now
    return Message(
        channel=way.channel,
        provider_id=sid,
        line=line,
        address=sender,
        text=record.body or "",
        at=at,
        until=way.until(at),
        segments=max(1, count_of(record.num_segments)),
        attachments=count_of(record.num_media),
    )


def receipt_of(record: Any) -> Receipt | None:
    """How a reply fares; `None` for a status that says nothing about one, or of nobody."""
    status = str(getattr(record.status, "value", record.status) or "")
    progress, fields = PROGRESS.get(status), _fields(record)
    sid, recipient = sid_of(fields), address_in(fields, "To")
    if progress is None or not (sid and recipient):
        return None
    code = count_of(record.error_code) or None
    return Receipt(
        channel=way_of(recipient).channel,
        provider_id=f"{sid}:{status}",
        message_id=sid,
        reply=None,
        address=bare(recipient),
        progress=progress,
        at=at_of(record.date_updated or record.date_created),
        error=None if code is None else reason(code),
        opted_out=code == OPTED_OUT,
        never_left=progress is Progress.FAILED and never_left(code),
        by_itself=record.direction == _BY_ITSELF,
    )


def fares(record: Any) -> Iterator[Receipt]:
    """How a reply fares; nothing of somebody whose number is hidden: it would be taken for another one's."""
    receipt = None if is_hidden(record.to) else receipt_of(record)
    if receipt is not None:
        yield receipt


def taken(record: Any) -> Accepted:
    """That a reply was taken, and how far it has come since: its receipts may have come already."""
    receipt, price = receipt_of(record), cost_of(record)
    if receipt is None:
        return Accepted(record.sid, price)
    return Accepted(record.sid, price, receipt.progress, receipt.error)


def _fields(record: Any) -> dict[str, str]:
    """What a record is known by, as webhooks tell it."""
    told = {"MessageSid": record.sid, "From": record.from_, "To": record.to}
    return {name: value for name, value in told.items() if isinstance(value, str)}


def charges_of(record: Any, latest: Micros) -> Iterator[Receipt]:
    """The receipt of what a message costs: it comes later than the others, so it has an id of its own, and
    says of no opt-out, which may have been taken back since."""
    cost, receipt = cost_of(record), receipt_of(record)
    if cost is not None and receipt is not None and at_of(record.date_created) <= latest:
        yield replace(receipt, provider_id=f"{record.sid}:price", cost=cost, opted_out=False)


def answers(told: Happening) -> bool:
    """An opt-out stays where it stands: whoever lets us write again may have done so later."""
    return isinstance(told, Receipt) and not told.opted_out


def cost_of(record: Any) -> MicroEuros | None:
    """What Twilio charges for a message, which it writes below zero; `None` until it knows, or in no euros.

    https://www.twilio.com/docs/messaging/api/message-resource#message-properties
    """
    if str(record.price_unit or "").upper() != "EUR" or record.price is None:
        return None
    written = str(record.price).strip()
    return micro_euros(written.removeprefix("-"))


def at_of(moment: datetime | None) -> Micros:
    """An instant; 0 where there is none."""
    return round(moment.timestamp() * SECOND) if moment else 0


def count_of(value: object) -> int:
    """A number as Twilio writes it; 0 for what is none."""
    text = str(value or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
