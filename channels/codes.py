"""What a provider's error codes mean for a reply: one table, read by sending and by receipts. Pure.

Only short reasons leave a table: a provider's own prose carries telephone numbers.
"""

from collections.abc import Mapping

from bridge.model import Micros
from bridge.noun import Noun
from bridge.ports import InDoubt, NotProcessed, Refused

_STATUSES = {401: "credentials", 403: "credentials", 404: "account_unknown", 429: "rate_limited"}
"""HTTP statuses that mean "not processed" whatever their code."""

_REQUEST_TIMEOUT = 408


class Codes(Noun):
    """One provider's table."""

    not_processed: Mapping[int, str]
    """The fault lies with us or with the hour, not with this reply: trying again later may succeed."""
    refused: Mapping[int, str]
    """The fault lies with this reply or whom it is for: it will never be sent."""
    undelivered: Mapping[int, str]
    """The provider took the reply, and the person did not get it: known from receipts."""
    opted_out: int
    """This person told the provider STOP."""

    def outcome(
        self, status: int, code: int | None, retry_after: Micros | None = None
    ) -> Refused | NotProcessed | InDoubt:
        """What an answer other than success says of the reply that was handed over.

        `status` is the HTTP status, `code` the provider's own where the answer carried one. Only a 4xx proves
        that nothing was processed, and only the provider's own code that it never will be: any other 4xx may
        come from a wall in between, such as a proxy or a firewall.
        """
        if not 400 <= status < 500 or status == _REQUEST_TIMEOUT:  # noqa: PLR2004 - the bounds of "client error"
            return InDoubt(f"http_{status}")
        final = self.refused.get(code or 0) or self.undelivered.get(code or 0)
        if final is not None:
            return Refused(final, opted_out=code == self.opted_out)
        if code not in self.not_processed and status in _STATUSES:
            return NotProcessed(_STATUSES[status], retry_after)
        return NotProcessed(f"http_{status}" if code is None else self.reason(code), retry_after)

    def never_left(self, code: int | None) -> bool:
        """Whether what failed with `code` after it was taken was not sent, for no fault of its own."""
        return code in self.not_processed

    def reason(self, code: int) -> str:
        """The short reason for one of the codes; the number itself where the table has none."""
        tables = self.not_processed, self.refused, self.undelivered
        return next((table[code] for table in tables if code in table), str(code))
