"""What waits to be sent to everyone whose texts hold what somebody looked for waits longer."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect, Postpone
from bridge.model import HOUR, Micros

USUAL_HOLD: Micros = 2 * HOUR
"""How much longer when nobody says."""


def hold_found(case: ActCase) -> tuple[Effect, ...]:
    """A reply that would expire meanwhile leaves in the last minute in which it can."""
    everybody, until = case.share.everybody, case.now + (case.act.length or USUAL_HOLD)
    if not everybody:
        return (case.told("refused", "unknown_target"),)
    wait = Postpone(case.share.senders, case.event.id, until, case.now)
    return wait, *case.closing(case.told("done", "held_found", count=len(everybody), until=until))


VERB = Verb("hold_found", About.FOUND, hold_found, wide=True)
