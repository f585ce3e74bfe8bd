"""Tops the pot up: raises what may be spent in all."""

from bridge.heart.acts.shared import LARGEST_POT, amount
from bridge.heart.acts.verb import ADMINISTER, About, Typed, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, SetPot
from bridge.pot import total_of


def pot_add(deed: Deed) -> tuple[Effect, ...]:
    """Only up, and not beyond what sums can hold."""
    added = amount(deed)
    total = total_of(deed.state.purse(deed.now), deed.state.responses) + (added or 0)
    if added is None or added <= 0 or total > LARGEST_POT:
        return (deed.told("refused", "unknown_amount"),)
    return SetPot(total), deed.told("done", "pot_added", amount=added, total=total)


VERB = Verb("pot_add", About.AMOUNT, pot_add, ADMINISTER, Typed("pot", "add", reason=True))
