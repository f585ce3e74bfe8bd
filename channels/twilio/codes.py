"""What Twilio's error codes mean for a reply: one table, read by sending and by receipts alike. Pure.

The numbers come from Twilio's error dictionary (https://www.twilio.com/docs/api/errors). Only these short
reasons leave this package: the provider's own prose carries telephone numbers.
"""

from bridge.model import Micros
from bridge.ports import InDoubt, NotProcessed, Refused

OPTED_OUT = 21610

_NOT_PROCESSED = {
    10001: "account_inactive",
    10004: "rate_limited",
    14107: "rate_limited",
    20003: "credentials",
    20004: "credentials",
    20005: "account_inactive",
    20006: "credentials",
    20008: "credentials",
    20404: "account_unknown",
    20429: "rate_limited",
    21212: "bad_sender",
    21603: "bad_sender",
    21606: "bad_sender",
    21607: "bad_sender",
    21609: "bad_callback_url",
    21611: "queue_full",
    21659: "bad_sender",
    21660: "bad_sender",
    21661: "bad_sender",
    30001: "queue_full",
    30002: "account_suspended",
    30023: "daily_limit",
    30024: "bad_sender",
    30037: "account_suspended",
    63001: "credentials",
    63002: "bad_sender",
    63007: "bad_sender",
    63018: "rate_limited",
    63020: "account_inactive",
    63038: "daily_limit",
    63051: "account_suspended",
    90010: "account_inactive",
}
"""The fault lies with us or with the hour, not with this reply: trying again later may succeed."""

_REFUSED = {
    21211: "bad_number",
    21265: "short_code",
    21266: "own_number",
    21408: "region_not_enabled",
    21602: "no_text",
    21604: "no_number",
    21605: "text_too_long",
    21608: "trial_account",
    OPTED_OUT: "opted_out",
    21612: "no_route",
    21614: "not_a_mobile",
    21617: "text_too_long",
    21619: "no_text",
    21635: "landline",
    63003: "unknown_number",
    63005: "not_accepted",
    63013: "not_accepted",
    63014: "blocked",
    63015: "not_in_sandbox",
    63016: "window_closed",
    63024: "unknown_number",
    63032: "not_accepted",
    63033: "blocked",
}
"""The fault lies with this reply or whom it is for: it will never be sent."""

_UNDELIVERED = {
    30003: "handset_unreachable",
    30004: "blocked",
    30005: "unknown_number",
    30006: "landline",
    30007: "filtered",
    30008: "unknown_error",
    30010: "price_above_limit",
    30022: "rate_limited",
    30032: "sender_unverified",
    30034: "sender_unregistered",
    30036: "expired",
    30410: "carrier_timeout",
    30450: "blocked",
    30453: "blocked",
}
"""Twilio took the reply, and the person did not get it: known from receipts."""

_FINAL = {**_UNDELIVERED, **_REFUSED}
"""Only these: any other 4xx may come from a wall in between, such as a proxy or a firewall."""

_STATUSES = {401: "credentials", 403: "credentials", 404: "account_unknown", 429: "rate_limited"}
"""HTTP statuses that mean "not processed" whatever their code."""

_REASONS = {**_FINAL, **_NOT_PROCESSED}

_REQUEST_TIMEOUT = 408


def outcome(
    status: int, code: int | None, retry_after: Micros | None = None
) -> Refused | NotProcessed | InDoubt:
    """What an answer other than success says of the reply that was handed over.

    `status` is the HTTP status, `code` Twilio's own where the answer carried one. Only a 4xx proves that
    nothing was processed, and only Twilio's own code that it never will be.
    """
    if not 400 <= status < 500 or status == _REQUEST_TIMEOUT:  # noqa: PLR2004 - the bounds of "client error"
        return InDoubt(f"http_{status}")
    if code in _FINAL:
        return Refused(_FINAL[code], opted_out=code == OPTED_OUT)
    if code not in _NOT_PROCESSED and status in _STATUSES:
        return NotProcessed(_STATUSES[status], retry_after)
    return NotProcessed(f"http_{status}" if code is None else reason(code), retry_after)


def never_left(code: int | None) -> bool:
    """Whether a message that failed with `code` after it was taken was not sent, for no fault of its own."""
    return code in _NOT_PROCESSED


def reason(code: int) -> str:
    """The short reason for one of Twilio's codes; the number itself where the table has none."""
    return _REASONS.get(code, str(code))
