"""Sets what may be spent in all."""

from bridge.heart.acts.shared import amount
from bridge.heart.acts.verb import ADMINISTER, About, Typed, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, SetPot


def pot(deed: Deed) -> tuple[Effect, ...]:
    """The target is the amount, as the rules file would write it."""
    total = amount(deed)
    if total is None or total < 0:
        return (deed.told("refused", "unknown_amount"),)
    return SetPot(total), deed.told("done", "pot_set", total=total)


VERB = Verb("pot", About.AMOUNT, pot, ADMINISTER, Typed("pot", "set", reason=True))
