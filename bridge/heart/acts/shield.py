"""Only new people who look ordinary are answered for a while; doubtful ones wait until it is down."""

from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, Pose
from bridge.model import HOUR, Micros, Posture, Stance
from bridge.reasons import Why, because

USUAL_SHIELD: Micros = 2 * HOUR
"""How long a shield stays up when nobody says."""

LONGEST_SHIELD: Micros = 48 * HOUR
"""A shield that nobody remembers must not keep people waiting for ever."""


def shield(deed: Deed) -> tuple[Effect, ...]:
    """It comes down by itself."""
    until = deed.now + min(deed.act.length or USUAL_SHIELD, LONGEST_SHIELD)
    up = Stance(Posture.SHIELD, deed.now, because(Why.SHIELD_UP), until, deed.event.id)
    return Pose(up), deed.told("done", "shielded", until=until)


VERB = Verb("shield", About.NOTHING, shield, typed=Typed("shield", length=True, kin=("bouclier",)))
