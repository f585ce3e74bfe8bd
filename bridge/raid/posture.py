"""Posture: how guarded the service is, and when it rises and falls. Pure.

It rises with what the detectors find and falls by itself: what time alone changes is computed from stored
times, so nothing has to tick. A raid is over once it no longer grows; after it the service stays watchful
for a while. Only people set a shield, and it ends by itself as well.
"""

from bridge.model import HOUR, MINUTE, Micros, Posture, Raid, Stance
from bridge.reasons import Reason, Why, because

QUIET: Micros = 30 * MINUTE
"""A raid that has not grown for so long is over."""

AFTERMATH: Micros = 30 * MINUTE
"""And for so long the service stays watchful after it, or after a sign that came to nothing."""

REOPENED: Micros = 2 * HOUR
"""A raid that grows again within this time is the same raid, and has the same card."""

GUARDED = (Posture.RAID, Posture.SHIELD)
"""Postures in which what a text says counts against its sender."""


def is_open(raid: Raid | None, now: Micros) -> bool:
    """Whether a raid still goes on."""
    return raid is not None and raid.ended_at is None and now - raid.grown_at < QUIET


def shielded(stance: Stance | None, now: Micros) -> bool:
    """Whether the team keeps a shield up."""
    return stance is not None and stance.posture is Posture.SHIELD and (stance.until or now + 1) > now


def posture(stance: Stance | None, raid: Raid | None, now: Micros, *, rising: bool = False) -> Posture:
    """The posture at `now`: from the newest change of it, the newest raid, and whether something stirs."""
    if shielded(stance, now):
        return Posture.SHIELD
    if raid is not None and raid.grave and is_open(raid, now):
        return Posture.RAID
    if rising or is_open(raid, now) or _aftermath(stance, raid, now):
        return Posture.WATCH
    return Posture.CALM


def _aftermath(stance: Stance | None, raid: Raid | None, now: Micros) -> bool:
    if raid is not None and raid.ended_at is None and now - raid.grown_at < QUIET + AFTERMATH:
        return True
    return stance is not None and stance.posture is Posture.WATCH and now - stance.since < AFTERMATH


def explained(posture: Posture, raid: Raid | None, now: Micros) -> Reason:
    """Why it is what it is."""
    match posture:
        case Posture.RAID if raid is not None:
            return raid.reasons[-1] if raid.reasons else because(Why.RAID_ON)
        case Posture.WATCH if raid is not None and is_open(raid, now):
            return because(Why.ONE_FLOODS)
        case Posture.WATCH if raid is not None and now - raid.grown_at < QUIET + AFTERMATH:
            return because(Why.RAID_ENDED)
        case Posture.WATCH:
            return because(Why.REGISTER_RISES)
        case _:
            return because(Why.NOTHING_UNUSUAL)
