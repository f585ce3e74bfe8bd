"""What a record of Twilio's log tells: a message that came in, how a reply fares, what it cost. Pure.

https://www.twilio.com/docs/messaging/api/message-resource#message-properties
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bridge.model import SECOND, Happening, Message, MicroEuros, Micros, Progress, Receipt
from bridge.noun import replace
from channels.twilio.amounts import micro_euros
from channels.twilio.codes import OPTED_OUT, never_left, reason
from channels.twilio.likeness import made_at
from channels.twilio.translation import PROGRESS
from channels.twilio.ways import bare, way_of

_MOST_DIGITS = 6


def message_of(record: Any) -> Message:
    """A message that came in."""
    at, way = at_of(record.date_sent or record.date_created), way_of(record.from_ or "")
    return Message(
        channel=way.channel,
        provider_id=record.sid,
        line=bare(record.to),
        address=bare(record.from_),
        text=record.body or "",
        at=at,
        until=way.until(at),
        segments=max(1, count_of(record.num_segments)),
        attachments=count_of(record.num_media),
    )


def receipt_of(record: Any) -> Receipt | None:
    """How a reply fares; `None` for a status that says nothing about one."""
    status = str(getattr(record.status, "value", record.status) or "")
    progress = PROGRESS.get(status)
    if progress is None:
        return None
    code = count_of(record.error_code) or None
    return Receipt(
        channel=way_of(record.to).channel,
        provider_id=f"{record.sid}:{status}",
        message_id=record.sid,
        reply=None,
        address=bare(record.to),
        progress=progress,
        at=at_of(record.date_updated or record.date_created),
        error=None if code is None else reason(code),
        opted_out=code == OPTED_OUT,
        never_left=progress is Progress.FAILED and never_left(code),
    )


def charges_of(record: Any, latest: Micros) -> Iterator[Receipt]:
    """The receipt of what a message costs: it comes later than the others, so it has an id of its own."""
    cost, receipt = cost_of(record), receipt_of(record)
    if cost is not None and receipt is not None and at_of(record.date_created) <= latest:
        yield replace(receipt, provider_id=f"{record.sid}:price", cost=cost)


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


def is_before(record: Any, earliest: Micros) -> bool:
    """Whether it was made before an instant; where that is not told, it was not."""
    at = made_at(record)
    return at is not None and at < earliest


def at_of(moment: datetime | None) -> Micros:
    """An instant; 0 where there is none."""
    return round(moment.timestamp() * SECOND) if moment else 0


def count_of(value: object) -> int:
    """A number as Twilio writes it; 0 for what is none."""
    text = str(value or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0
