"""A channel falls silent; replies stay held."""

from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import BeginPause, Effect
from bridge.model import DAY, Micros, Pause

FOREVER: Micros = 100 * 365 * DAY
"""Longer than anybody will wait: a pause that only a person ends."""


def pause(deed: Deed) -> tuple[Effect, ...]:
    """For as long as somebody says, or until somebody resumes it."""
    until = deed.now + (deed.act.length or FOREVER)
    begin = BeginPause(Pause(deed.act.target, deed.event.id, deed.act.actor, deed.now, until))
    if not deed.act.length:
        return begin, deed.told("done", "paused_open")
    return begin, deed.told("done", "paused", until=until)


VERB = Verb("pause", About.CHANNEL, pause, typed=Typed("pause", kin=("stop",)))
