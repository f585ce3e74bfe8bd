"""Somebody makes a file of what a raid is known by, for other teams."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import ADMINISTER, About, Verb
from bridge.heart.effects import Effect


def tell_campaign(case: ActCase) -> tuple[Effect, ...]:
    """Telling changes nothing, and is recorded all the same: the file is made behind this record."""
    return (case.told("done", "campaign_told"),)


VERB = Verb("tell_campaign", About.NOTHING, tell_campaign, ADMINISTER)
