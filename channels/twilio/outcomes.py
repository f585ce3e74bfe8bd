"""Says what a failed call means for the reply that it carried. Touches floor 0 and the vendor's exceptions.

The question is always the same: could Twilio have taken the reply? When nobody can know, it is in doubt.
"""

from twilio.base.exceptions import TwilioException

from bridge.ports import Outcome
from channels.dialling import meaning
from channels.twilio.codes import outcome
from channels.twilio.transport import Transport


def outcome_of(fault: Exception, transport: Transport) -> Outcome:
    """What came of a call that ended in `fault`; the provider's prose stays behind."""
    if isinstance(fault, TwilioException) and transport.status is not None:
        return outcome(transport.status, _code(fault, transport.status), transport.retry_after)
    return meaning(fault)


def _code(fault: TwilioException, status: int) -> int | None:
    """Twilio's code; the SDK repeats the HTTP status where the answer carried none."""
    code = getattr(fault, "code", None)
    return code if type(code) is int and code != status else None
