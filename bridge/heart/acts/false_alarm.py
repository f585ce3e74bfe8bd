"""The newest raid was none: its senders are ordinary, and what is still timely is sent after all.

A shield that the team put up stays up: it is lowered by itself, or by a touch of its own.
"""

from bridge.heart.act_case import ActCase
from bridge.heart.acts.shared import raid_meant
from bridge.heart.acts.verb import About, Verb
from bridge.heart.effects import Effect, EndRaid, Excuse, Pose
from bridge.model import Posture, Stance
from bridge.raid.posture import shielded
from bridge.reasons import Why, because


def false_alarm(case: ActCase) -> tuple[Effect, ...]:
    """Once, and only of the newest."""
    raid = raid_meant(case)
    if raid is None:
        return (case.told("refused", "unknown_raid"),)
    if raid.ended_at is not None:
        return (case.told("nothing", "false_alarm_already"),)
    calm = Stance(Posture.CALM, case.now, because(Why.FALSE_ALARM), None, case.event.id)
    pose = () if shielded(case.books.stance, case.now) else (Pose(calm),)
    told = case.told("done", "false_alarm", count=len(case.share.everybody))
    excused = Excuse(case.share.senders, raid.id, case.now)
    return excused, *case.closing(EndRaid(raid.id, case.now), *pose, told)


VERB = Verb("false_alarm", About.RAID, false_alarm, wide=True)
