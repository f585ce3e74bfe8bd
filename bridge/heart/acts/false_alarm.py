"""The newest raid was none: its senders are ordinary, and what is still timely is sent after all."""

from bridge.heart.acts.shared import raid_meant
from bridge.heart.acts.verb import About, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, EndRaid, Pose
from bridge.model import Posture, Stance
from bridge.pot import left
from bridge.reasons import Why, because


def false_alarm(deed: Deed) -> tuple[Effect, ...]:
    """What is sent after all must be affordable."""
    raid = raid_meant(deed)
    if raid is None:
        return (deed.told("refused", "unknown_raid"),)
    if raid.ended_at is not None:
        return (deed.told("nothing", "false_alarm_already"),)
    calm = Stance(Posture.CALM, deed.now, because(Why.FALSE_ALARM), None, deed.event.id)
    ended = EndRaid(raid.id, deed.now, left(deed.state.purse(deed.now), deed.state.responses))
    return ended, Pose(calm), deed.told("done", "false_alarm", count=len(deed.senders))


VERB = Verb("false_alarm", About.RAID, false_alarm)
