"""A paused channel answers again."""

from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, EndPause


def resume(deed: Deed) -> tuple[Effect, ...]:
    """Ends whatever pause is in force."""
    if not deed.state.paused(deed.act.target, deed.now):
        return (deed.told("nothing", "not_paused"),)
    return EndPause(deed.act.target, deed.event.id), deed.told("done", "resumed")


VERB = Verb("resume", About.CHANNEL, resume, typed=Typed("resume", kin=("reprendre", "start")))
