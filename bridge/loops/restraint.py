"""How much at once a provider bears: less each time it says *too much*, more with each reply that it takes.

It says so of one chat, or of a whole account. Said once it slows nobody down; a provider that says
it to every call is called by one at a time, and ever more seldom. Touches no clock of its own.
"""

from dataclasses import dataclass

from bridge.days import rests
from bridge.model import CALLS_AT_ONCE, SECOND, Micros
from bridge.ports import Accepted, NotProcessed, Outcome, Refused

BETWEEN_TRIES: Micros = 30 * SECOND
"""So long rests, at most, a provider at which every call comes to nothing."""

RATE_LIMITED = "rate_limited"
"""The code by which every channel tells that it was too much."""

_SHORTEST: Micros = SECOND
"""What providers count calls by."""


@dataclass(slots=True)
class Restraint:
    """Of one provider."""

    _calls: int = CALLS_AT_ONCE
    _rest: Micros = _SHORTEST
    """How long it rests next time, unless it says how long itself."""
    _until: Micros = 0

    def bears(self, now: Micros) -> int:
        """How many calls may be under way."""
        return 0 if rests(self._until, now, BETWEEN_TRIES) else self._calls

    def note(self, outcome: Outcome, now: Micros) -> None:
        """What one more call came to."""
        if isinstance(outcome, Accepted | Refused):
            self._calls, self._rest = min(self._calls + 1, CALLS_AT_ONCE), _SHORTEST
        elif isinstance(outcome, NotProcessed) and outcome.code == RATE_LIMITED:
            self._lessen(outcome.retry_after or 0, now)

    def _lessen(self, told: Micros, now: Micros) -> None:
        """What was under way already as the rest began says nothing new."""
        if self._calls > 1:
            self._calls //= 2
        elif self.bears(now):
            self._until = now + min(max(self._rest, told), BETWEEN_TRIES)
            self._rest = min(2 * self._rest, BETWEEN_TRIES)
