"""What follows when the team steers through a raid: a shield, a false alarm, and taking either back."""

from bridge.heart.deed import Deed
from bridge.heart.effects import Effect, EndRaid, Pose, ReopenRaid
from bridge.model import HOUR, Micros, Posture, Raid, Stance
from bridge.pot import left
from bridge.raid.posture import posture, shielded

USUAL_SHIELD: Micros = 2 * HOUR
"""How long a shield stays up when nobody says."""

LONGEST_SHIELD: Micros = 48 * HOUR
"""A shield that nobody remembers must not keep people waiting for ever."""


def shield(deed: Deed) -> tuple[Effect, ...]:
    """Only new people who look ordinary are answered for a while; doubtful ones wait until it is down."""
    until = deed.now + min(deed.act.length or USUAL_SHIELD, LONGEST_SHIELD)
    up = Stance(Posture.SHIELD, deed.now, "put up by the team", until, deed.event.id)
    return Pose(up), deed.told("done", "shielded", until=deed.moment(until))


def unshield(deed: Deed) -> tuple[Effect, ...]:
    """Takes the shield down before its time."""
    state = deed.state
    if not shielded(state.stance, deed.now):
        return (deed.told("nothing", "not_shielded"),)
    after = posture(None, state.raid, deed.now, rising=state.detector.register.rising)
    down = Stance(after, deed.now, "the team took the shield down", None, deed.event.id)
    return Pose(down), deed.told("done", "unshielded")


def false_alarm(deed: Deed) -> tuple[Effect, ...]:
    """The newest raid was none: its senders are ordinary, and what is still timely is sent after all."""
    raid = _meant(deed)
    if raid is None:
        return (deed.told("refused", "unknown_raid"),)
    if raid.ended_at is not None:
        return (deed.told("nothing", "false_alarm_already"),)
    calm = Stance(Posture.CALM, deed.now, "the team called it a false alarm", None, deed.event.id)
    ended = EndRaid(raid.id, deed.now, left(deed.state.purse(deed.now), deed.state.responses))
    return ended, Pose(calm), deed.told("done", "false_alarm", count=len(deed.senders))


def reopen(deed: Deed) -> tuple[Effect, ...]:
    """Takes a false alarm back: it was a raid."""
    raid = _meant(deed)
    if raid is None:
        return (deed.told("refused", "unknown_raid"),)
    if raid.ended_at is None:
        return (deed.told("nothing", "nothing_to_undo"),)
    again = Stance(Posture.RAID, deed.now, "the team took a false alarm back", None, deed.event.id)
    return ReopenRaid(raid.id, deed.now), Pose(again), deed.told("done", "reopened", count=len(deed.senders))


def _meant(deed: Deed) -> Raid | None:
    """The raid that the act names; only the newest can still be called anything."""
    raid = deed.state.raid
    return raid if raid is not None and raid.id == deed.act.target else None
