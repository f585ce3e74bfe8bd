"""The errors of the Telnyx stand-in, in the provider's form, and what it refuses to send."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from bridge.noun import Noun
from channels.standins.errors import ApiError, is_number
from channels.standins.faults import Fault
from channels.standins.telnyx.account import Account


class Problem(Noun):
    """An answer other than success; its prose names telephone numbers, as the provider's own does."""

    status: int
    code: int
    title: str
    headers: Mapping[str, str] | None = None

    def response(self) -> Response:
        """As https://developers.telnyx.com/development/api-fundamentals/api-errors shows it."""
        told = {"code": str(self.code), "title": self.title, "detail": self.title}
        return JSONResponse({"errors": [told]}, self.status, headers=self.headers)


UNAUTHORIZED = Problem(401, 10009, "Authentication failed")
NOT_FOUND = Problem(404, 10005, "Resource not found")
BLOCKED = Problem(403, 20013, "Account blocked")

FAULTS = {
    Fault.ERROR_500_BEFORE: Problem(500, 10007, "Unexpected error"),
    Fault.ERROR_500_AFTER: Problem(500, 10007, "Unexpected error"),
    Fault.UNAVAILABLE_BEFORE: Problem(503, 10007, "Unexpected error"),
    Fault.RATE_LIMITED: Problem(429, 10011, "Too many requests", {"Retry-After": "2"}),
    Fault.QUEUE_FULL: Problem(429, 40318, "Message queue full"),
    Fault.UNAUTHORIZED: UNAUTHORIZED,
    Fault.SUSPENDED: BLOCKED,
}


def refuse(account: Account, sent: Mapping[str, Any]) -> None:
    """Raises the first `ApiError` that the provider has for creating this message."""
    to, text = str(sent.get("to", "")), sent.get("text")
    if account.blocked:
        raise ApiError(BLOCKED)
    if account.balance <= 0:
        raise ApiError(Problem(403, 20100, "Insufficient funds"))
    if sent.get("from") != account.number:
        raise ApiError(Problem(400, 40305, f"Invalid 'from' address {sent.get('from')}"))
    if not is_number(to):
        raise ApiError(Problem(400, 40310, f"Invalid 'to' address {to}"))
    if to in account.opted_out:
        raise ApiError(Problem(400, 40300, f"Blocked due to STOP message of {to}"))
    if not isinstance(text, str) or not text:
        raise ApiError(Problem(400, 40316, "No content provided for message"))
