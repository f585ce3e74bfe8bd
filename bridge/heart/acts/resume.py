"""A paused channel answers again."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.effects import Effect, EndPause


def resume(case: ActCase) -> tuple[Effect, ...]:
    """Ends whatever pause is in force."""
    if not case.books.paused(case.act.target, case.now):
        return (case.told("nothing", "not_paused"),)
    return EndPause(case.act.target, case.event.id), case.told("done", "resumed")


VERB = Verb("resume", About.CHANNEL, resume, typed=Typed("resume", kin=("reprendre", "start")))
