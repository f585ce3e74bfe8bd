"""Takes the shield down before its time."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.effects import Effect, Pose
from bridge.model import Stance
from bridge.raid.posture import posture, shielded
from bridge.reasons import Why, because


def unshield(case: ActCase) -> tuple[Effect, ...]:
    """What the posture is without it follows from the raid."""
    books = case.books
    if not shielded(books.stance, case.now):
        return (case.told("nothing", "not_shielded"),)
    after = posture(None, books.raid, case.now, rising=books.detector.register.rising)
    down = Stance(after, case.now, because(Why.SHIELD_DOWN), None, case.event.id)
    return Pose(down), case.told("done", "unshielded")


VERB = Verb("unshield", About.NOTHING, unshield, typed=Typed("shield", "off"))
