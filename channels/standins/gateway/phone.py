"""The telephone behind the gateway's stand-in: its SIM, its messages, and whom it tells of them."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Sent:
    """A message that it was given to send."""

    name: str
    to: str
    text: str
    at: datetime
    state: str = "Pending"
    error: str | None = None


@dataclass(slots=True)
class Phone:
    """One telephone with one SIM."""

    number: str
    username: str = "sms"
    password: str = field(default_factory=lambda: secrets.token_hex(8), repr=False)
    signing_key: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    device: str = field(default_factory=lambda: secrets.token_hex(16))
    battery: int = 80
    status: str = "pass"
    sent: dict[str, Sent] = field(default_factory=dict)
    hooks: dict[str, dict[str, str]] = field(default_factory=dict)
    """By their ids."""


def message_id(sender: str, text: str) -> str:
    """As the app makes it: 32 bits out of what was written. Two messages may well have the same."""
    return f"{hash((sender, text)) & 0xFFFFFFFF:08x}"
