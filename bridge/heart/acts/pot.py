"""Sets what may be spent in all."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import amount
from bridge.heart.acts.verb import ADMINISTER, About, Typed, Verb
from bridge.heart.effects import Effect, SetPot


def pot(case: ActCase) -> tuple[Effect, ...]:
    """The target is the amount, as the rules file would write it."""
    total = amount(case)
    if total is None or total < 0:
        return (case.told("refused", "unknown_amount"),)
    return SetPot(total), case.told("done", "pot_set", total=total)


VERB = Verb("pot", About.AMOUNT, pot, ADMINISTER, Typed("pot", "set", reason=True))
