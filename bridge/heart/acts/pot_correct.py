"""Books what the provider's invoice says beyond what was counted, or below it."""

from bridge.heart.acts.shared import LARGEST_POT, amount
from bridge.heart.acts.verb import ADMINISTER, About, Typed, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import CorrectPot, Effect


def pot_correct(deed: Deed) -> tuple[Effect, ...]:
    """What is spent cannot fall below nothing."""
    correction, spent = amount(deed), deed.state.purse(deed.now).spent
    if not correction:
        return (deed.told("refused", "unknown_amount"),)
    if not 0 <= spent + correction <= LARGEST_POT:
        return (deed.told("refused", "overcorrected", spent=spent),)
    booked = deed.told("done", "pot_corrected", amount=correction, spent=spent + correction)
    return CorrectPot(correction), booked


_TYPED = Typed("pot", "correct", reason=True, debit=True)

VERB = Verb("pot_correct", About.AMOUNT, pot_correct, ADMINISTER, _TYPED)
