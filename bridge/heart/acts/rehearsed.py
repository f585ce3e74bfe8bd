"""Somebody looks at the newest texts of a dry run, and at what would have come of each."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def rehearsed(case: ActCase) -> tuple[Effect, ...]:
    """Reading changes nothing, and is recorded all the same."""
    return (case.told("done", "looked_at_rehearsed"),)


VERB = Verb("rehearsed", About.NOTHING, rehearsed, shows=True)
