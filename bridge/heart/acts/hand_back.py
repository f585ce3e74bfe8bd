"""Nobody is on it any more: others are woken again, in ten minutes, unless somebody else takes it."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.take import MAY_TAKE
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect, Turn
from bridge.waking import handed_back


def hand_back(case: ActCase) -> tuple[Effect, ...]:
    """Whoever has it: they may be asleep again."""
    taken = [one for one in case.books.pages if one.taken_by is not None]
    if not taken:
        return (case.told("nothing", "nothing_to_undo"),)
    turns = (Turn(handed_back(one, case.event.id, case.now)) for one in taken)
    return *turns, case.told("done", "handed_back")


VERB = Verb("hand_back", About.PAGE, hand_back, MAY_TAKE)
