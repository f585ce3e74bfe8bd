"""Takes the shield down before its time."""

from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, Pose
from bridge.model import Stance
from bridge.raid.posture import posture, shielded
from bridge.reasons import Why, because


def unshield(deed: Deed) -> tuple[Effect, ...]:
    """What the posture is without it follows from the raid."""
    state = deed.state
    if not shielded(state.stance, deed.now):
        return (deed.told("nothing", "not_shielded"),)
    after = posture(None, state.raid, deed.now, rising=state.detector.register.rising)
    down = Stance(after, deed.now, because(Why.SHIELD_DOWN), None, deed.event.id)
    return Pose(down), deed.told("done", "unshielded")


VERB = Verb("unshield", About.NOTHING, unshield, typed=Typed("shield", "off"))
