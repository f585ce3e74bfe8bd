"""Somebody looks for a phrase in what was written."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect
from bridge.model import DAY, Micros
from bridge.moderation.targets import read_ruling

USUAL_SPAN: Micros = DAY
"""How far back when nobody says."""


def find(case: ActCase) -> tuple[Effect, ...]:
    """Looking changes nothing, and is recorded all the same. What it finds, the look works out."""
    from bridge.moderation.phrases import NoPhrase, read_phrase  # noqa: PLC0415 - only to look for one

    try:
        read_phrase(read_ruling(case.act.target).phrase)
    except NoPhrase:
        return (case.told("refused", "no_phrase"),)
    return (case.told("done", "looked_for"),)


VERB = Verb("find", About.PHRASE, find, shows=True)
