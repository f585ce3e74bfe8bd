"""Takes back a mute of one or of many."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import unmuted
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def undo(case: ActCase) -> tuple[Effect, ...]:
    """Whom it concerns was looked up by the act that is undone: they are muted for as long, all or none."""
    senders = [one for one in case.senders if one.is_muted(case.now)]
    if not senders:
        return case.closing(case.told("nothing", "nothing_to_undo"))
    effects = [effect for sender in senders for effect in unmuted(case, sender)]
    return *effects, *case.closing(case.told("done", "undone", count=len(case.share.everybody)))


VERB = Verb("undo", About.ACT, undo, wide=True)
