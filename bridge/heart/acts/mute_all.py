"""Everyone in a raid gets no reply for a while."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import USUAL_MUTE, how_many, muted_some
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def mute_all(case: ActCase) -> tuple[Effect, ...]:
    """Each is muted by this act, also beside another mute: to undo either leaves the other."""
    until = case.now + (case.act.length or USUAL_MUTE)
    told = case.told("done", "muted_all", count=how_many(case), until=until)
    return muted_some(case, until, told)


VERB = Verb("mute_all", About.RAID, mute_all, wide=True)
