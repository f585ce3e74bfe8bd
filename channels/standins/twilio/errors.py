"""The errors of the Twilio stand-in, in the provider's JSON form, and what it refuses to send."""

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import phonenumbers
from starlette.responses import JSONResponse, Response

from bridge.noun import Noun
from channels.standins.errors import ApiError, is_number
from channels.standins.faults import Fault
from channels.standins.twilio.account import WHATSAPP, Account

_LONGEST_BODY = 1600

Form = Mapping[str, str]


class Problem(Noun):
    """An answer other than success; its prose names telephone numbers, as the provider's own does."""

    status: int
    code: int
    message: str
    headers: Mapping[str, str] | None = None

    def response(self) -> Response:
        """As https://www.twilio.com/docs/usage/twilios-response shows it."""
        return JSONResponse(
            {
                "code": self.code,
                "message": self.message,
                "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
                "status": self.status,
            },
            self.status,
            headers=self.headers,
        )


UNAUTHORIZED = Problem(401, 20003, "Authenticate")
BAD_PARAMETER = Problem(400, 20001, "A parameter of the listing is not valid")
NOT_FOUND = Problem(404, 20404, "The requested resource was not found")

FAULTS = {
    Fault.ERROR_500_BEFORE: Problem(500, 20500, "Internal server error"),
    Fault.ERROR_500_AFTER: Problem(500, 20500, "Internal server error"),
    Fault.UNAVAILABLE_BEFORE: Problem(503, 20503, "Service unavailable"),
    Fault.RATE_LIMITED: Problem(429, 20429, "Too many requests", {"Retry-After": "2"}),
    Fault.QUEUE_FULL: Problem(429, 21611, "The sender has exceeded the maximum number of queued messages"),
    Fault.UNAUTHORIZED: UNAUTHORIZED,
    Fault.SUSPENDED: Problem(403, 20005, "The account is not active"),
}

_MAGIC = {
    "+15005550001": (21211, "The 'To' number {To} is not a valid phone number"),
    "+15005550002": (21612, "The message cannot be routed to {To}"),
    "+15005550003": (21408, "The account may not send to the region of {To}"),
    "+15005550004": (21610, "The recipient {To} has opted out"),
    "+15005550009": (21614, "The 'To' number {To} cannot receive SMS messages"),
}
"""Numbers that always fail: https://www.twilio.com/docs/iam/test-credentials."""

_ACTIVE = "active"
_OF_ACCOUNT = (20005,)

_CHECKS: tuple[tuple[int, str, Callable[[Account, Form], bool]], ...] = (
    (20005, "The account is not active", lambda account, _: account.status != _ACTIVE),
    (21604, "A 'To' phone number is required", lambda _, form: not form.get("To")),
    (21603, "A 'From' phone number is required", lambda _, form: not form.get("From")),
    (
        21211,
        "The 'To' number {To} is not a valid phone number",
        lambda _, form: not _is_there(form["To"]),
    ),
    (
        21606,
        "The 'From' number {From} is not yours",
        lambda account, form: not account.owns(form["From"]),
    ),
    (21266, "'To' and 'From' are both {To}", lambda _, form: form["To"] == form["From"]),
    (21614, "The 'To' number {To} is not a mobile number", lambda _, form: _is_landline(form["To"])),
    (21602, "The message body is required", lambda _, form: not form.get("Body")),
    (21617, "The body exceeds 1600 characters", lambda _, form: len(form["Body"]) > _LONGEST_BODY),
    (21609, "The 'StatusCallback' URL is not valid", lambda _, form: not _is_callback(form)),
    (21610, "The recipient {To} has opted out", lambda account, form: form["To"] in account.opted_out),
)


def refuse(account: Account, form: Form) -> None:
    """Raises the first `ApiError` that the provider has for creating this message."""
    for code, message, is_wrong in _CHECKS:
        if is_wrong(account, form):
            raise ApiError(Problem(403 if code in _OF_ACCOUNT else 400, code, message.format_map(form)))
    if form["To"] in _MAGIC:
        code, message = _MAGIC[form["To"]]
        raise ApiError(Problem(400, code, message.format_map(form)))


def _is_there(address: str) -> bool:
    return is_number(address.removeprefix(WHATSAPP))


def _is_landline(value: str) -> bool:
    if value.startswith(WHATSAPP):
        return False
    kind = phonenumbers.number_type(phonenumbers.parse(value, None))
    return kind == phonenumbers.PhoneNumberType.FIXED_LINE


def _is_callback(form: Form) -> bool:
    parts = urlsplit(form.get("StatusCallback", "http://none"))
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
