"""Calls as Twilio makes them, for tests; signed by the SDK, which is the oracle."""

from collections.abc import Mapping
from urllib.parse import urlencode

from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bridge.model import Call
from channels.sms import Sms
from rempart.testing import NOW, PUBLIC_URL, Journal

ACCOUNT = "AC" + "0" * 32
TOKEN = "token-of-the-tests"
NUMBER = "+33639980000"
SENDER = "+33612345678"
SID = "SM" + "1" * 32
ENVIRONMENT = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_NUMBER": NUMBER}

SMS = {"MessageSid": SID, "From": SENDER, "To": NUMBER, "Body": "Bonjour"}
STATUS = {"MessageSid": SID, "MessageStatus": "sent", "From": NUMBER, "To": SENDER}

Pairs = list[tuple[str, str]]


def signed(
    form: Mapping[str, str] | Pairs,
    *,
    path: str = "/twilio/sms",
    query: str = "",
    token: str = TOKEN,
    base: str = PUBLIC_URL,
    headers: Mapping[str, str] | None = None,
) -> Call:
    """A form that Twilio posts to `base`, with its signature."""
    pairs = list(form.items()) if isinstance(form, Mapping) else form
    url = f"{base}{path}" + (f"?{query}" if query else "")
    return Call(
        method="POST",
        path=path,
        query=query,
        headers={
            "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
            "host": "10.0.0.7:8000",
            "x-twilio-signature": RequestValidator(token).compute_signature(url, MultiDict(pairs)),
            **(headers or {}),
        },
        body=urlencode(pairs).encode(),
        arrived_at=NOW,
    )


def sms(journal: Journal, public_url: str | None = PUBLIC_URL, **environment: str) -> Sms:
    """The channel, connected but not opened."""
    channel = Sms.connect({**ENVIRONMENT, **environment}, journal.wiring(public_url))
    assert channel is not None
    return channel
