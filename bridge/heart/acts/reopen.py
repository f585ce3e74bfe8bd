"""Takes a false alarm back: it was a raid."""

from bridge.heart.acts.shared import raid_meant
from bridge.heart.acts.verb import About, Verb
from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, Pose, ReopenRaid
from bridge.model import Posture, Stance
from bridge.reasons import Why, because


def reopen(deed: Deed) -> tuple[Effect, ...]:
    """Its senders wait again."""
    raid = raid_meant(deed)
    if raid is None:
        return (deed.told("refused", "unknown_raid"),)
    if raid.ended_at is None:
        return (deed.told("nothing", "nothing_to_undo"),)
    again = Stance(Posture.RAID, deed.now, because(Why.RAID_AFTER_ALL), None, deed.event.id)
    return ReopenRaid(raid.id, deed.now), Pose(again), deed.told("done", "reopened", count=len(deed.senders))


VERB = Verb("reopen", About.RAID, reopen)
