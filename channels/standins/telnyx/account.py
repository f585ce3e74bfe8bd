"""The account behind the Telnyx stand-in: its keys, its number, its messages, and who opted out."""

import secrets
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

import smsutil
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


@dataclass(slots=True)
class Record:
    """One message, whichever way it went."""

    direction: str
    from_: str
    to: str
    text: str
    made: datetime
    status: str = "queued"
    webhook_url: str | None = None
    id: str = field(default_factory=lambda: str(uuid4()))
    media: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)

    @property
    def parts(self) -> int:
        """What Telnyx bills."""
        return max(1, len(smsutil.split(self.text).parts))


@dataclass(slots=True)
class Profile:
    """A messaging profile: where events of its numbers go."""

    id: str = field(default_factory=lambda: str(uuid4()))
    webhook_url: str = ""


@dataclass(slots=True)
class Account:
    """One account with one number."""

    number: str
    key: str = field(default_factory=lambda: f"KEY{secrets.token_hex(24)}", repr=False)
    signing: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate, repr=False)
    profile: Profile = field(default_factory=Profile)
    balance: Decimal = Decimal("25.00")
    currency: str = "USD"
    rate: Decimal = Decimal("0.06")
    """What a part costs."""
    blocked: bool = False
    """Nothing is sent for it: the provider has suspended it."""
    opted_out: set[str] = field(default_factory=set)
    """Whom the provider blocks: they told it STOP."""
    log: dict[str, Record] = field(default_factory=dict)

    @property
    def public_key(self) -> str:
        """As the portal shows it."""
        return b64encode(self.signing.public_key().public_bytes_raw()).decode()

    def of(self, direction: str) -> list[Record]:
        """The messages that went in `direction`, oldest first."""
        return [record for record in self.log.values() if record.direction == direction]
