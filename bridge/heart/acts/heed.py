"""Tells of a raid that was seen elsewhere: its pastes and its senders are known here from now on.

Whose act it is: another line of this installation. Nobody in a room does it.
"""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.verb import NEIGHBOUR, About, Verb
from bridge.heart.effects import Effect
from bridge.heart.effects import Heed as Effected


def heed(case: ActCase) -> tuple[Effect, ...]:
    """What is known of it already changes nothing."""
    from bridge.raid.campaign import GOOD_FOR, Campaign, Heard  # noqa: PLC0415 - only to heed

    campaign = Campaign.read(case.act.target)
    if campaign is None:
        return (case.told("refused", "unreadable_campaign"),)
    known = case.books.detector.heeded.called(campaign.name)
    fresh = campaign.without(known)
    if not (fresh.pastes or fresh.senders):
        return (case.told("nothing", "heeded_already"),)
    texts, senders = len(fresh.pastes), len(fresh.senders)
    if known.pastes or known.senders:
        told = case.told("done", "heeded_more", texts=texts, senders=senders)
    else:
        told = case.told("done", "heeded", texts=texts, senders=senders)
    return Effected(Heard(fresh, case.now, case.now + GOOD_FOR), case.event.id), told


VERB = Verb("heed", About.CAMPAIGN, heed, NEIGHBOUR)
