"""Somebody asks for the numbers behind handles: `--reveal` at the command line."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ADMINISTER, About, Right, Verb
from bridge.heart.effects import Effect


def reveal(case: ActCase) -> tuple[Effect, ...]:
    """Showing changes nothing, and is recorded all the same."""
    return (case.told("done", "revealed"),)


VERB = Verb("reveal", About.NOTHING, reveal, Right(ADMINISTER.may, "refused_look_up"), shows=True)
