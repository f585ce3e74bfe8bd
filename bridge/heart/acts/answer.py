"""Doubtful people who write alike are answered like anybody else, as the pot pays."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import chosen
from bridge.heart.acts.verb import About, Typed, Verb
from bridge.heart.effects import Effect


def answer(case: ActCase) -> tuple[Effect, ...]:
    """They no longer wait for the raid's end; it can be taken back until a reply has left."""
    told = case.told("done", "group_answered", people=len(case.share.everybody))
    return chosen(case, told, answered=True)


VERB = Verb("answer", About.GROUP, answer, typed=Typed("answer"), wide=True)
