"""Forgets a raid that was seen elsewhere, because it was none."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import NEIGHBOUR, About, Verb
from bridge.heart.effects import Effect
from bridge.heart.effects import Unheed as Effected


def unheed(case: ActCase) -> tuple[Effect, ...]:
    """What was decided by it stays decided; what comes in from now on is not."""
    name = case.about
    known = case.books.detector.heeded.called(name)
    if not (known.pastes or known.senders):
        return (case.told("refused", "unknown_campaign"),)
    return Effected(name, case.event.id), case.told("done", "unheeded")


VERB = Verb("unheed", About.CAMPAIGN, unheed, NEIGHBOUR)
