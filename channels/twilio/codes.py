"""What Twilio's error codes mean for a reply. Pure.

The numbers come from Twilio's error dictionary (https://www.twilio.com/docs/api/errors).
"""

from channels.codes import Codes

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

_CODES = Codes(_NOT_PROCESSED, _REFUSED, _UNDELIVERED, OPTED_OUT)

outcome, never_left, reason = _CODES.outcome, _CODES.never_left, _CODES.reason
