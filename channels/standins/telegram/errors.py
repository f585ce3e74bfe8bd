"""The errors of the Telegram stand-in, in the provider's JSON form, with the descriptions that it uses."""

from starlette.responses import JSONResponse, Response

from bridge.noun import Noun
from channels.standins.errors import ApiError
from channels.standins.faults import Fault


class Problem(Noun):
    """An answer other than success: https://core.telegram.org/bots/api#making-requests."""

    status: int
    description: str
    retry_after: int | None = None
    """Seconds."""

    def response(self) -> Response:
        """As JSON."""
        told: dict[str, object] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            told["parameters"] = {"retry_after": self.retry_after}
        return JSONResponse(told, self.status)


def bad_request(description: str) -> ApiError:
    """What is wrong with the caller's parameters."""
    return ApiError(Problem(400, f"Bad Request: {description}"))


def forbidden(description: str) -> ApiError:
    """What the bot may not do."""
    return ApiError(Problem(403, f"Forbidden: {description}"))


def flooded(seconds: int) -> ApiError:
    """The bot sends too much."""
    return ApiError(Problem(429, f"Too Many Requests: retry after {seconds}", seconds))


UNAUTHORIZED = Problem(401, "Unauthorized")
NOT_FOUND = Problem(404, "Not Found")
WEBHOOK_IS_SET = Problem(
    409,
    "Conflict: can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first",
)
OTHER_POLLER = Problem(
    409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
)
WEBHOOK_CAME = Problem(409, "Conflict: terminated by setWebhook request")
CLOSING = Problem(500, "Internal Server Error: restart")

FAULTS = {
    Fault.ERROR_500_BEFORE: Problem(500, "Internal Server Error"),
    Fault.ERROR_500_AFTER: Problem(500, "Internal Server Error"),
    Fault.UNAUTHORIZED: UNAUTHORIZED,
    Fault.RATE_LIMITED: Problem(429, "Too Many Requests: retry after 2", 2),
}
