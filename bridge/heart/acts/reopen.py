"""Takes a false alarm back: it was a raid."""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import raid_meant
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Accuse, Effect, Pose, ReopenRaid
from bridge.model import Posture, Stance
from bridge.raid.posture import shielded
from bridge.reasons import Why, because


def reopen(case: ActCase) -> tuple[Effect, ...]:
    """Its senders wait again."""
    raid = raid_meant(case)
    if raid is None:
        return (case.told("refused", "unknown_raid"),)
    if raid.ended_at is None:
        return (case.told("nothing", "nothing_to_undo"),)
    again = Stance(Posture.RAID, case.now, because(Why.RAID_AFTER_ALL), None, case.event.id)
    pose = () if shielded(case.books.stance, case.now) else (Pose(again),)
    told = case.told("done", "reopened", count=len(case.share.everybody))
    accused = Accuse(case.share.senders, raid.id, case.now)
    return accused, *case.closing(ReopenRaid(raid.id, case.now), *pose, told)


VERB = Verb("reopen", About.RAID, reopen, wide=True)
