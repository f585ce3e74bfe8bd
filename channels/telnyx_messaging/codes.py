"""What Telnyx's error codes mean for a reply. Pure.

https://developers.telnyx.com/docs/messaging/messages/error-codes and
.../development/api-fundamentals/api-errors.
What may mean our number as well as theirs (10001, 10002, 10016) is not among the refusals: it waits.
"""

from collections.abc import Iterable
from typing import Any

from channels.codes import Codes

CODES = Codes(
    not_processed={
        10003: "bad_callback_url",
        10005: "account_unknown",
        10009: "credentials",
        10010: "credentials",
        10011: "rate_limited",
        20002: "credentials",
        20006: "credentials",
        20012: "account_inactive",
        20013: "account_suspended",
        20014: "account_inactive",
        20016: "account_inactive",
        20017: "account_inactive",
        20100: "balance_spent",
        40011: "rate_limited",
        40013: "bad_sender",
        40100: "bad_sender",
        40305: "bad_sender",
        40306: "bad_sender",
        40312: "account_inactive",
        40314: "account_suspended",
        40315: "bad_sender",
        40318: "queue_full",
        40320: "bad_sender",
        40321: "bad_sender",
        40333: "daily_limit",
    },
    refused={
        40300: "opted_out",
        40301: "not_a_mobile",
        40302: "text_too_long",
        40309: "region_not_enabled",
        40310: "bad_number",
        40316: "no_text",
        40319: "not_a_mobile",
        40322: "filtered",
        40328: "text_too_long",
    },
    undelivered={
        40001: "landline",
        40002: "filtered",
        40003: "filtered",
        40004: "blocked",
        40005: "expired",
        40006: "handset_unreachable",
        40008: "unknown_error",
        40009: "filtered",
        40012: "unknown_number",
        40014: "expired",
        40015: "filtered",
    },
    opted_out=40300,
)

_MOST_DIGITS = 6


def first_code(errors: object) -> int | None:
    """The code of the first of Telnyx's errors that has one; they are written as text."""
    listed: Iterable[Any] = errors if isinstance(errors, list) else ()
    written = (str(one.get("code", "") if isinstance(one, dict) else one) for one in listed)
    return next(
        (int(code) for code in written if code.isascii() and code.isdigit() and len(code) <= _MOST_DIGITS),
        None,
    )
