"""Only new people who look ordinary are answered for a while; doubtful ones wait until it is down."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.effects import Effect, Pose
from bridge.model import HOUR, Micros, Posture, Stance
from bridge.raid.posture import shielded
from bridge.reasons import Why, because

USUAL_SHIELD: Micros = 2 * HOUR
"""How long a shield stays up when nobody says."""

LONGEST_SHIELD: Micros = 48 * HOUR
"""A shield that nobody remembers must not keep people waiting for ever."""


def shield(case: ActCase) -> tuple[Effect, ...]:
    """It comes down by itself; one that stays up for longer stands, as a longer mute does."""
    until = case.now + min(case.act.length or USUAL_SHIELD, LONGEST_SHIELD)
    stance = case.books.stance
    standing = stance.until if stance is not None and shielded(stance, case.now) else None
    if standing is not None and standing >= until:
        return (case.told("nothing", "shielded_already", until=standing),)
    up = Stance(Posture.SHIELD, case.now, because(Why.SHIELD_UP), until, case.event.id)
    return Pose(up), case.told("done", "shielded", until=until)


VERB = Verb("shield", About.NOTHING, shield, typed=Typed("shield", length=True, kin=("bouclier",)))
