"""Somebody reads texts that hold what was looked for."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def texts_found(case: ActCase) -> tuple[Effect, ...]:
    """Reading changes nothing, and is recorded all the same."""
    return (case.told("done", "looked_at_found"),)


VERB = Verb("texts_found", About.FOUND, texts_found, shows=True)
