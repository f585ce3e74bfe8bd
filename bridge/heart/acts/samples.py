"""Somebody reads what people of a raid wrote."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def samples(case: ActCase) -> tuple[Effect, ...]:
    """Reading changes nothing, and is recorded all the same."""
    return (case.told("done", "looked"),)


VERB = Verb("samples", About.RAID, samples, shows=True)
