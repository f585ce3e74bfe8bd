"""A channel falls silent: held replies stay held, and whoever writes meanwhile gets none later, either."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.effects import BeginPause, Effect
from bridge.model import DAY, Micros, Pause

FOREVER: Micros = 100 * 365 * DAY
"""Longer than anybody will wait: a pause that only a person ends."""


def pause(case: ActCase) -> tuple[Effect, ...]:
    """For as long as somebody says, or until somebody resumes it."""
    until = case.now + (case.act.length or FOREVER)
    begin = BeginPause(Pause(case.act.target, case.event.id, case.act.actor, case.now, until))
    if not case.act.length:
        return begin, case.told("done", "paused_open")
    return begin, case.told("done", "paused", until=until)


VERB = Verb("pause", About.CHANNEL, pause, typed=Typed("pause", length=True, kin=("stop",)))
