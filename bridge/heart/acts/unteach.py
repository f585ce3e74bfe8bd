"""Takes a lesson back: it is as if it had never been."""

from bridge.heart.acts.verb import About, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, Unlearn


def unteach(deed: Deed) -> tuple[Effect, ...]:
    """Only what is in force can be taken back."""
    if deed.state.detector.lessons.called(deed.act.target) is None:
        return (deed.told("nothing", "unknown_lesson"),)
    return Unlearn(deed.act.target, deed.event.id), deed.told("done", "untaught")


VERB = Verb("unteach", About.LESSON, unteach)
