"""Everyone whose texts hold what somebody looked for gets no reply for a while."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import USUAL_MUTE, how_many, muted_some
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def mute_found(case: ActCase) -> tuple[Effect, ...]:
    """Those whom the act itself names: whoever was left out in the preview is not among them."""
    until = case.now + (case.act.length or USUAL_MUTE)
    told = case.told("done", "muted_found", count=how_many(case), until=until)
    return muted_some(case, until, told)


VERB = Verb("mute_found", About.FOUND, mute_found, wide=True)
