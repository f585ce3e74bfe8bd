"""What Telnyx tells of a message, with the fields and names that the provider uses. Pure.

https://developers.telnyx.com/api-reference/callbacks/inbound-message and .../messages/send-a-message.
"""

from datetime import UTC, datetime
from uuid import uuid4

from channels.standins.telnyx.account import Account, Record

Form = dict[str, object]


def message(account: Account, record: Record) -> Form:
    """One message."""
    cost = {"amount": f"{record.parts * account.rate:.4f}", "currency": account.currency}
    picture = {"url": "https://media.telnyx.example/1.png", "content_type": "image/png", "size": 1024}
    return {
        "record_type": "message",
        "direction": record.direction,
        "id": record.id,
        "type": "MMS" if record.media else "SMS",
        "messaging_profile_id": account.profile.id,
        "from": {"phone_number": record.from_, "carrier": "", "line_type": ""},
        "to": [{"phone_number": record.to, "status": record.status, "carrier": "", "line_type": ""}],
        "text": record.text,
        "media": [picture for _ in range(record.media)],
        "webhook_url": record.webhook_url,
        "encoding": "GSM-7",
        "parts": record.parts,
        "tags": [],
        "cost": cost,
        "received_at": _iso(record.made),
        "errors": record.errors,
    }


def event(account: Account, record: Record, kind: str, at: datetime) -> Form:
    """What the service is called with."""
    data = {
        "record_type": "event",
        "id": str(uuid4()),
        "event_type": kind,
        "occurred_at": _iso(at),
        "payload": message(account, record),
    }
    return {"data": data, "meta": {"attempt": 1, "delivered_to": record.webhook_url}}


def detail(account: Account, record: Record) -> Form:
    """A message detail record: without the text.

    https://developers.telnyx.com/api-reference/detail-records/search-detail-records
    """
    return {
        "record_type": "message_detail_record",
        "uuid": record.id,
        "cli": record.from_,
        "cld": record.to,
        "direction": record.direction,
        "status": record.status,
        "message_type": "SMS",
        "created_at": _iso(record.made),
        "currency": account.currency,
        "parts": record.parts,
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
