"""Everyone in a raid gets no reply for a while."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import USUAL_MUTE, muted
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def mute_all(case: ActCase) -> tuple[Effect, ...]:
    """Whoever is exempt is left out; a longer mute stands."""
    until, exempt = case.now + (case.act.length or USUAL_MUTE), case.books.exempt
    count = len(set(case.share.everybody) - exempt)
    if not count:
        return (case.told("refused", "unknown_target"),)
    senders = [one for one in case.senders if one.id not in exempt]
    fresh = [one for one in senders if one.muted_until is None or one.muted_until < until]
    effects = [effect for sender in fresh for effect in muted(case, sender, until)]
    return *effects, *case.closing(case.told("done", "muted_all", count=count, until=until))


VERB = Verb("mute_all", About.RAID, mute_all, wide=True)
