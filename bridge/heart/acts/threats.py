"""Somebody looks at the newest threats, and reads them."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def threats(case: ActCase) -> tuple[Effect, ...]:
    """Reading changes nothing, and is recorded all the same."""
    return (case.told("done", "looked_at_threats"),)


VERB = Verb("threats", About.NOTHING, threats, shows=True)
