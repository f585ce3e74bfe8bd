"""Acts of the team, whatever verbs there are."""

from bridge.heart.acts import VERBS
from bridge.heart.acts.verb import About
from bridge.model import Act, EventId, Micros
from bridge.privacy.pseudonym import event_id
from bridge.raid.campaign import Campaign

CAMPAIGN = Campaign("north:0612abcd", ((1, 2, 3, 4, 5, 6, 7, 8),))
"""What another line tells of a raid."""


def act(verb: str, target: str, at: Micros, id_: str, length: Micros | None = None) -> Act:
    """Something that the operator does at the machine."""
    return Act("command", id_, "operator", verb, target, at, length, member=True)


def act_id(id_: str) -> EventId:
    """Under which event such an act stands in the journal."""
    return event_id("command", "act", id_)


def target(
    verb: str,
    *,
    sender: str,
    raid: str,
    act: str,
    lesson: str,
    amount: str = "1",
    group: str = "",
    phrase: str = "",
    found: str = "",
    rule: str = "",
    chosen: str = "",
) -> str:
    """What a verb would be about, of each kind of thing that there is one of."""
    about = VERBS[verb].about
    return {
        About.NOTHING: "",
        About.SENDER: sender,
        About.RAID: raid,
        About.RAID_OR_SENDER: raid,
        About.ACT: act,
        About.CHANNEL: "sms",
        About.AMOUNT: amount,
        About.LESSON: lesson,
        About.GROUP: group,
        About.CHOICE: chosen,
        About.PAGE: "day",
        About.PHRASE: phrase,
        About.FOUND: found,
        About.RULE: rule,
        About.CAMPAIGN: CAMPAIGN.written(),
    }[about]
