"""Somebody looks at the doubtful people who wait, and reads a text of each group."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect


def doubtful(case: ActCase) -> tuple[Effect, ...]:
    """Reading changes nothing, and is recorded all the same."""
    return (case.told("done", "looked_at_doubtful"),)


VERB = Verb("doubtful", About.NOTHING, doubtful, shows=True)
