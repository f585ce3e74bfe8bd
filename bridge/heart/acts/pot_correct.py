"""Books what the provider's invoice says beyond what was counted, or below it."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import LARGEST_POT, amount
from bridge.heart.acts.verb import ADMINISTER, About, Typed, Verb
from bridge.heart.effects import CorrectPot, Effect


def pot_correct(case: ActCase) -> tuple[Effect, ...]:
    """What is spent cannot fall below nothing."""
    correction, spent = amount(case), case.books.purse.spent
    if not correction:
        return (case.told("refused", "unknown_amount"),)
    if not 0 <= spent + correction <= LARGEST_POT:
        return (case.told("refused", "overcorrected", spent=spent),)
    booked = case.told("done", "pot_corrected", amount=correction, spent=spent + correction)
    return CorrectPot(correction), booked


_TYPED = Typed("pot", "correct", reason=True, debit=True)

VERB = Verb("pot_correct", About.AMOUNT, pot_correct, ADMINISTER, _TYPED)
