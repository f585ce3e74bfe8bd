"""Says what a failed call means for the reply that it carried. Touches floor 0 and the vendor's exceptions.

The question is always the same: could Twilio have taken the reply? When nobody can know, it is in doubt.
"""

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError
from twilio.base.exceptions import TwilioException

from bridge.ports import InDoubt, NotProcessed, Outcome, Refused
from channels.twilio.codes import outcome
from channels.twilio.transport import Transport

_FAULTS: tuple[tuple[type[Exception], Outcome], ...] = (
    (UnicodeEncodeError, Refused("unencodable")),
    (ClientConnectorError, NotProcessed("unreachable")),
    (ConnectionTimeoutError, NotProcessed("unreachable")),
    (TimeoutError, InDoubt("timeout")),
    (ClientError, InDoubt("disconnected")),
    (OSError, InDoubt("disconnected")),
)
"""In this order: the two that are raised before a byte leaves are kinds of those below them."""


def outcome_of(fault: Exception, transport: Transport) -> Outcome:
    """What came of a call that ended in `fault`; the provider's prose stays behind."""
    if isinstance(fault, TwilioException) and transport.status is not None:
        return outcome(transport.status, _code(fault, transport.status), transport.retry_after)
    for kind, meaning in _FAULTS:
        if isinstance(fault, kind):
            return meaning
    return InDoubt("unreadable")


def _code(fault: TwilioException, status: int) -> int | None:
    """Twilio's code; the SDK repeats the HTTP status where the answer carried none."""
    code = getattr(fault, "code", None)
    return code if type(code) is int and code != status else None
