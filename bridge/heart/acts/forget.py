"""People were forgotten. The record of it: how many, by whose wish, and nobody's name."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import About, Right, Verb
from bridge.heart.effects import Effect
from bridge.model import Act

CHANNEL = "retention"
"""Where these acts come from: nobody does them in the room; what they record is done already."""

BY_TIME, BY_TEAM, BY_THEMSELVES = "time", "team", "themselves"
"""By whose wish: what was kept for long enough; the team; the people themselves. It is the act's actor."""


def forget(case: ActCase) -> tuple[Effect, ...]:
    """The target is how many. Their keys went in the same transaction that wrote this down."""
    people = int(case.act.target)
    match case.act.actor:
        case "team":
            return (case.told("done", "forgotten_by_team", people=people),)
        case "themselves":
            return (case.told("done", "forgotten_by_themselves", people=people),)
        case _:
            return (case.told("done", "forgotten_by_time", people=people),)


def _did(act: Act, _rules: object) -> bool:
    return act.channel == CHANNEL


VERB = Verb("forget", About.NOTHING, forget, Right(_did, "refused", of_people=False))
