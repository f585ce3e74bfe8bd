"""Takes a lesson back: it is as if it had never been."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect, Unlearn


def unteach(case: ActCase) -> tuple[Effect, ...]:
    """Only what is in force can be taken back."""
    if case.books.detector.lessons.called(case.act.target) is None:
        return (case.told("refused", "unknown_lesson"),)
    return Unlearn(case.act.target, case.event.id), case.told("done", "untaught")


VERB = Verb("unteach", About.LESSON, unteach)
