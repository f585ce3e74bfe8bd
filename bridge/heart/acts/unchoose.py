"""Takes back that a group was answered or dropped: what has not left waits again as it did."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect, Unchoose


def unchoose(case: ActCase) -> tuple[Effect, ...]:
    """Only what that act did."""
    everybody = case.share.everybody
    if not everybody:
        return (case.told("refused", "nothing_to_undo"),)
    back = Unchoose(case.share.senders, case.act.target, case.event.id, case.now)
    return back, *case.closing(case.told("done", "unchosen", people=len(everybody)))


VERB = Verb("unchoose", About.CHOICE, unchoose, wide=True)
