"""Doubtful people who write alike get no reply to what they wrote."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import chosen
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.effects import Effect


def drop(case: ActCase) -> tuple[Effect, ...]:
    """They are not muted: what they write next is decided anew."""
    told = case.told("done", "group_dropped", people=len(case.share.everybody))
    return chosen(case, told, answered=False)


VERB = Verb("drop", About.GROUP, drop, typed=Typed("drop"), wide=True)
