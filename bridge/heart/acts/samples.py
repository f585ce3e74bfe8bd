"""Somebody reads what people of a raid wrote."""

from bridge.heart.acts.verb import About, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect


def samples(deed: Deed) -> tuple[Effect, ...]:
    """Reading changes nothing, and is recorded all the same."""
    return (deed.told("done", "looked"),)


VERB = Verb("samples", About.RAID, samples, shows=True)
