"""Tops the pot up: raises what may be spent in all."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import LARGEST_POT, amount
from bridge.heart.acts.verb import ADMINISTER, About, Typed, Verb
from bridge.heart.effects import Effect, SetPot
from bridge.pot import total_of


def pot_add(case: ActCase) -> tuple[Effect, ...]:
    """Only up, and not beyond what sums can hold."""
    added = amount(case)
    total = total_of(case.books.purse, case.books.responses) + (added or 0)
    if added is None or added <= 0 or total > LARGEST_POT:
        return (case.told("refused", "unknown_amount"),)
    return SetPot(total), case.told("done", "pot_added", amount=added, total=total)


VERB = Verb("pot_add", About.AMOUNT, pot_add, ADMINISTER, Typed("pot", "add", reason=True))
