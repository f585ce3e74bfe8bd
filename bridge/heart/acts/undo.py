"""Takes back what one act did: its mutes, what it held back, the rule that it made."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect, EndRule, TakeBack
from bridge.model import EventId


def undo(case: ActCase) -> tuple[Effect, ...]:
    """Whom it concerns was looked up by the act that is undone. What others did about them stands.

    An act that there is not is refused, and so is one that was undone; one whose time is over is not.
    """
    books, undone = case.books, EventId(case.act.target)
    rule = books.phrase_rules.get(undone)
    ends = (EndRule(undone, case.event.id),) if rule is not None and rule.holds(case.now) else ()
    if not ends and not any(books.is_touched(one, undone, case.now) for one in case.share.senders):
        known = rule is not None or case.share.everybody
        return case.closing(case.told("nothing" if known else "refused", "nothing_to_undo"))
    back = TakeBack(case.share.senders, case.act.target, case.event.id, case.now)
    told = case.told("done", "undone", count=len(case.share.everybody))
    return back, *case.closing(*ends, told)


VERB = Verb("undo", About.ACT, undo, wide=True)
