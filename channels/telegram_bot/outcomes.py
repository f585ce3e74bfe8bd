"""Says what a failed call means. Touches floor 0 and the exceptions of the vendor's SDK.

The question is always the same: could Telegram have taken the reply? When nobody can know, it is in doubt.
Only short codes leave this room: Telegram's prose may quote what was sent.
"""

import httpx
from telegram.error import TelegramError

from bridge.model import Outgoing
from bridge.ports import Accepted, InDoubt, NotProcessed, Outcome, Refused, Unreachable
from channels.telegram_bot.refusals import Declined

RATE_LIMITED = "rate_limited"
CONFLICT = "conflict"

CREDENTIALS = "credentials"
_NOT_PROCESSED = {401: CREDENTIALS, 404: CREDENTIALS, 409: CONFLICT, 421: CREDENTIALS}
"""The fault lies with us or with the hour. 404 is how a malformed token is answered, 421 a token that belongs
to another server, 409 a second poller or a webhook in the way."""

_REFUSED = (
    ("chat not found", "chat_not_found"),
    ("group chat was upgraded", "chat_moved"),
    ("message text is empty", "no_text"),
    ("message is too long", "text_too_long"),
    ("not enough rights", "no_rights"),
    ("bad webhook", "bad_webhook"),
)
"""What Telegram's description of a 400 contains, and what to call it."""

_FAULTS: tuple[tuple[type[Exception], Outcome], ...] = (
    (UnicodeEncodeError, Refused("unencodable")),
    (httpx.ConnectError, NotProcessed("unreachable")),
    (httpx.ConnectTimeout, NotProcessed("unreachable")),
    (httpx.PoolTimeout, NotProcessed("unreachable")),
    (httpx.TimeoutException, InDoubt("timeout")),
    (TimeoutError, InDoubt("timeout")),
    (httpx.TransportError, InDoubt("disconnected")),
)
"""In this order: those that are raised before a byte leaves are kinds of those below them."""

_REQUEST_TIMEOUT = 408
_TOO_MANY_REQUESTS = 429
_FORBIDDEN = 403
_BAD_REQUEST = 400


def outcome_of(fault: Exception) -> Outcome:
    """What came of a call that ended in `fault`; the provider's prose stays behind."""
    if isinstance(fault, Declined):
        return _answered(fault)
    cause = fault.__cause__ if isinstance(fault, TelegramError) else fault
    return next((meaning for kind, meaning in _FAULTS if isinstance(cause, kind)), InDoubt("unreadable"))


def unreachable(fault: Exception) -> Unreachable:
    """The same for a call that carried no reply."""
    outcome = outcome_of(fault)
    code = "unreadable" if isinstance(outcome, Accepted) else outcome.code
    return Unreachable(code, outcome.retry_after if isinstance(outcome, NotProcessed) else None)


def _answered(fault: Declined) -> Outcome:
    """Only a 4xx proves that nothing was processed, and only Telegram's own word that it never will be."""
    status, description = fault.status, fault.description
    if not 400 <= status < 500 or status == _REQUEST_TIMEOUT:  # noqa: PLR2004 - the bounds of "client error"
        return InDoubt(f"http_{status}")
    if status == _TOO_MANY_REQUESTS:
        return NotProcessed(RATE_LIMITED, fault.retry_after)
    told = description or ""
    if status == _FORBIDDEN and told.startswith("Forbidden"):
        return Refused("blocked", opted_out=True)
    if status == _BAD_REQUEST and told.startswith("Bad Request"):
        return Refused(_reason(told))
    known = _NOT_PROCESSED.get(status) if told else None
    return NotProcessed(known or f"http_{status}")


def _reason(description: str) -> str:
    return next((code for part, code in _REFUSED if part in description), f"http_{_BAD_REQUEST}")


def accepted(message_id: object, reply: Outgoing) -> Outcome:
    """Telegram numbers the messages of each chat anew; with the reply's own id the number is unique.

    The chat's id would do as well, but it is the person's, and has no business outside the sealed address.
    """
    return Accepted(f"{message_id}:{reply.id}", price=0) if type(message_id) is int else InDoubt("unreadable")
