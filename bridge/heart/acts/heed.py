"""Tells of a raid that was seen elsewhere: its pastes and its senders are known here from now on.

Whose act it is: another line of this installation. Nobody in a room does it.
"""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import NEIGHBOUR, About, Verb
from bridge.heart.effects import Effect
from bridge.heart.effects import Heed as Effected


def heed(case: ActCase) -> tuple[Effect, ...]:
    """The team hears of a raid once, however much of it is told afterwards."""
    from bridge.raid.campaign import GOOD_FOR, Campaign, Heard  # noqa: PLC0415 - only to heed

    campaign = Campaign.read(case.act.target)
    if campaign is None:
        return (case.told("refused", "unreadable_campaign"),)
    known = case.books.detector.heeded.called(campaign.name)
    fresh = campaign.without(known)
    if not (fresh.pastes or fresh.senders):
        return (case.told("nothing", "heeded_already"),)
    code = "heeded_more" if known.pastes or known.senders else "heeded"
    told = case.told("done", code, texts=len(fresh.pastes), senders=len(fresh.senders))
    return Effected(Heard(fresh, case.now, case.now + GOOD_FOR), case.event.id), told


VERB = Verb("heed", About.CAMPAIGN, heed, NEIGHBOUR)
