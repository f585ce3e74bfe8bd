"""Somebody asks about a telephone number, and so learns whether it has ever written."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ADMINISTER, About, Right, Verb
from bridge.heart.effects import Effect

PER_HOUR = 10
"""How often one person may: enough to help somebody, too few to try out an address book."""


def look_up(case: ActCase) -> tuple[Effect, ...]:
    """Looking changes nothing, and is recorded all the same."""
    return (case.told("done", "looked_up"),)


VERB = Verb("look_up", About.SENDER, look_up, Right(ADMINISTER.may, "refused_look_up"), shows=True)
