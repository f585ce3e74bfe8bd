"""Everyone in a raid gets no reply for a while."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import USUAL_MUTE, muted
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def mute_all(case: ActCase) -> tuple[Effect, ...]:
    """Whoever is exempt is left out; a longer mute stands."""
    until = case.now + (case.act.length or USUAL_MUTE)
    senders = [one for one in case.senders if one.id not in case.books.exempt]
    fresh = [one for one in senders if one.muted_until is None or one.muted_until < until]
    if not senders:
        return (case.told("refused", "unknown_target"),)
    effects = [effect for sender in fresh for effect in muted(case, sender, until)]
    return *effects, case.told("done", "muted_all", count=len(senders), until=until)


VERB = Verb("mute_all", About.RAID, mute_all)
