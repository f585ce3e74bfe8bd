"""The messages that the Twilio stand-in keeps, whichever way they went."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import smsutil

API_VERSION = "2010-04-01"
INBOUND = "inbound"
OUTBOUND = "outbound-api"
OUTBOUND_REPLY = "outbound-reply"


@dataclass(slots=True)
class Record:
    """One message, as Twilio keeps it."""

    direction: str
    from_: str
    to: str
    body: str
    status: str
    created: datetime
    sid: str = field(default_factory=lambda: f"SM{secrets.token_hex(16)}")
    sent: datetime | None = None
    media: int = 0
    price: Decimal | None = None
    """What it costs, as a positive amount; known only some time after it was created."""
    price_unit: str = "USD"
    error_code: int | None = None
    status_callback: str | None = None
    shown: dict[str, object] = field(default_factory=dict)
    """What the log shows in place of the truth: Message Redaction hides bodies and numbers."""

    @property
    def segments(self) -> int:
        """What Twilio bills: an empty text is one segment, too."""
        return max(1, len(smsutil.split(self.body).parts))

    def resource(self, account: str) -> dict[str, object]:
        """The JSON form of https://www.twilio.com/docs/messaging/api/message-resource."""
        uri = f"/{API_VERSION}/Accounts/{account}/Messages/{self.sid}"
        return {
            "account_sid": account,
            "api_version": API_VERSION,
            "body": self.body,
            "date_created": _rfc2822(self.created),
            "date_sent": None if self.sent is None else _rfc2822(self.sent),
            "date_updated": _rfc2822(self.sent or self.created),
            "direction": self.direction,
            "error_code": self.error_code,
            "error_message": None,
            "from": self.from_,
            "messaging_service_sid": None,
            "num_media": str(self.media),
            "num_segments": str(self.segments),
            "price": None if self.price is None else str(-self.price),
            "price_unit": self.price_unit,
            "sid": self.sid,
            "status": self.status,
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": self.to,
            "uri": f"{uri}.json",
            **self.shown,
        }


def _rfc2822(at: datetime) -> str:
    return format_datetime(at.astimezone(UTC))


class MessageLog:
    """Remembers every message; listings may lag behind, as Twilio's own do."""

    def __init__(self) -> None:
        """Starts empty."""
        self._records: dict[str, Record] = {}
        self.lag = timedelta(0)
        """How long a new message stays out of the listings; fetching it works at once."""

    def add(self, record: Record) -> None:
        """Keeps `record` as the newest."""
        self._records[record.sid] = record

    def get(self, sid: str) -> Record | None:
        """The message of that id."""
        return self._records.get(sid)

    def of(self, direction: str) -> list[Record]:
        """The messages that went in `direction`, oldest first."""
        return [record for record in self._records.values() if record.direction == direction]

    def between(self, one: str, other: str) -> list[Record]:
        """The messages that two numbers have sent each other, oldest first."""
        return [record for record in self._records.values() if {record.from_, record.to} == {one, other}]

    def listed(self, now: datetime) -> list[Record]:
        """What a listing can see at `now`, newest first."""
        return [record for record in reversed(self._records.values()) if record.created + self.lag <= now]
