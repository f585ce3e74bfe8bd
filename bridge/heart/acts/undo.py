"""Takes back a mute of one or of many."""

from bridge.heart.acts.shared import is_muted, unmuted
from bridge.heart.acts.verb import About, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect


def undo(deed: Deed) -> tuple[Effect, ...]:
    """Whom it concerns was looked up by the act that is undone."""
    senders = [one for one in deed.senders if is_muted(deed, one)]
    if not senders:
        return (deed.told("nothing", "nothing_to_undo"),)
    effects = [effect for sender in senders for effect in unmuted(deed, sender)]
    return *effects, deed.told("done", "undone", count=len(senders))


VERB = Verb("undo", About.ACT, undo)
