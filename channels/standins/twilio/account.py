"""The account behind the Twilio stand-in: its secrets, its number, its messages, and who opted out."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from bridge.noun import Noun
from channels.standins.twilio.messages import MessageLog
from channels.standins.twilio.numbers import Line

_KEYWORDS = {
    "STOP": frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}),
    "START": frozenset({"START", "YES", "UNSTOP"}),
    "HELP": frozenset({"HELP", "INFO"}),
}
"""The whole text, in any case: https://help.twilio.com/articles/223134027."""

_CONFIRMATIONS = {
    "STOP": "You are unsubscribed and will get no more messages. Text START to come back.",
    "START": "You are subscribed again. Text STOP to leave.",
    "HELP": "Text STOP to leave.",
}


class Rate(Noun):
    """What a segment costs in one country, in the account's currency."""

    outbound: tuple[Decimal, ...]
    """One price a carrier."""
    inbound: Decimal


_TARIFF = {"FR": Rate((Decimal("0.0763"), Decimal("0.0759")), Decimal("0.0075"))}


WHATSAPP = "whatsapp:"
"""What stands before every address there."""


@dataclass(slots=True)
class Sender:
    """A WhatsApp sender, and how it is set."""

    number: str
    status: str = "ONLINE"
    url: str = ""
    method: str = "POST"

    def resource(self) -> dict[str, object]:
        """https://www.twilio.com/docs/whatsapp/api/senders."""
        webhook = {"callback_url": self.url, "callback_method": self.method}
        return {
            "sid": "XE" + "0" * 32,
            "sender_id": f"{WHATSAPP}{self.number}",
            "status": self.status,
            "webhook": webhook,
        }


@dataclass(slots=True)
class Account:
    """One account with one number."""

    sid: str
    token: str = field(repr=False)
    number: str
    further: set[str] = field(default_factory=set)
    """Other numbers that belong to it as well."""
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """By its path: what came with messages, with its type."""
    shown: dict[str, list[str]] = field(default_factory=dict)
    """By the SID of a message: the paths of what came with it."""
    whatsapp: "Sender | None" = None
    """Its WhatsApp sender, where it has one."""
    log: MessageLog = field(default_factory=MessageLog)
    currency: str = "EUR"
    """What the account is charged in, ISO 4217."""
    tariff: Mapping[str, Rate] = field(default_factory=lambda: dict(_TARIFF))
    """What a segment costs, by country."""
    status: str = "active"
    """Or `suspended`, or `closed`."""
    kind: str = "Full"
    """Or `Trial`."""
    balance: Decimal = Decimal("42.50")
    line: Line = field(default_factory=lambda: Line(f"PN{secrets.token_hex(16)}"))
    """How the number is set."""
    opted_out: set[str] = field(default_factory=set)
    """Whom the provider blocks: they told it STOP."""

    def owns(self, number: str) -> bool:
        """Whether messages can be sent from it."""
        if self.whatsapp is not None and number == f"{WHATSAPP}{self.whatsapp.number}":
            return True
        return number == self.number or number in self.further

    def obey(self, sender: str, keyword: str | None) -> str | None:
        """Blocks or unblocks `sender`; returns what the provider itself answers, where it does."""
        changes = (keyword == "STOP") != (sender in self.opted_out)
        if keyword == "STOP":
            self.opted_out.add(sender)
        elif keyword == "START":
            self.opted_out.discard(sender)
        return _CONFIRMATIONS[keyword] if keyword == "HELP" or (keyword and changes) else None


def keyword_in(body: str) -> str | None:
    """STOP, START or HELP, when the whole text is one of their words."""
    word = body.strip().upper()
    return next((keyword for keyword, words in _KEYWORDS.items() if word in words), None)
