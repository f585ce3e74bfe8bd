"""Posture: how guarded the service is, and when it rises and falls. Pure.

It rises with what the detectors find and falls by itself: what time alone changes is computed from stored
times, so nothing has to tick. A raid is over once it no longer grows; after it the service stays watchful
for a while. Only people set a shield, and it ends by itself as well.
"""

from collections.abc import Iterator, Sequence

from bridge.days import lately
from bridge.model import HOUR, MINUTE, Micros, Posture, Raid, Stance
from bridge.noun import replace
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
    return raid is not None and raid.ended_at is None and lately(raid.grown_at, now, QUIET)


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
    if raid is not None and raid.ended_at is None and lately(raid.grown_at, now, QUIET + AFTERMATH):
        return True
    return stance is not None and stance.posture is Posture.WATCH and lately(stance.since, now, AFTERMATH)


def explained(posture: Posture, raid: Raid | None, now: Micros) -> Reason:
    """Why it is what it is."""
    match posture:
        case Posture.RAID if raid is not None:
            return raid.reasons[-1] if raid.reasons else because(Why.RAID_ON)
        case Posture.WATCH if raid is not None and is_open(raid, now):
            return because(Why.ONE_FLOODS)
        case Posture.WATCH if raid is not None and lately(raid.grown_at, now, QUIET + AFTERMATH):
            return because(Why.RAID_ENDED)
        case Posture.WATCH:
            return because(Why.REGISTER_RISES)
        case _:
            return because(Why.NOTHING_UNUSUAL)


Silence = tuple[Micros, Micros]
"""From when until when the team kept SMS silent."""

_RISING = (Posture.CALM, Posture.WATCH, Posture.RAID, Posture.SHIELD)


def turns(
    stances: Sequence[Stance], raids: Sequence[Raid], silences: Sequence[Silence], begin: Micros, end: Micros
) -> Iterator[tuple[Posture, Micros]]:
    """How guarded the service was from `begin` to `end`: each posture with the instant since when.

    Changes are stored as messages come; how it fell by itself in between is worked out. All are given oldest
    first, the stance and the raid from before `begin` with them.
    """
    before = None
    for at in sorted({begin, *(one for one in _instants(stances, raids, silences) if begin < one < end)}):
        now = Posture.PAUSED if any(a <= at < b for a, b in silences) else _fallen(stances, raids, at)
        if now is not before:
            yield now, at
        before = now


def _instants(
    stances: Sequence[Stance], raids: Sequence[Raid], silences: Sequence[Silence]
) -> Iterator[Micros]:
    """When it can have changed."""
    for stance in stances:
        yield from (stance.since, stance.since + AFTERMATH, *([stance.until] if stance.until else ()))
    for raid in raids:
        yield from (raid.grown_at + QUIET, raid.grown_at + QUIET + AFTERMATH)
        yield from [raid.ended_at] if raid.ended_at else ()
    for silence in silences:
        yield from silence


def _fallen(stances: Sequence[Stance], raids: Sequence[Raid], at: Micros) -> Posture:
    """What the newest stance of that time had come to: it may fall by itself, and cannot rise so."""
    stance = next((one for one in reversed(stances) if one.since <= at), None)
    if stance is None:
        return Posture.CALM
    raid = next((one for one in reversed(raids) if one.opened_at <= at), None)
    if raid is not None:  # as it stood then
        ended_at = None if raid.ended_at is None or raid.ended_at > at else raid.ended_at
        raid = replace(raid, grown_at=min(raid.grown_at, at), ended_at=ended_at)
    return min(stance.posture, posture(stance, raid, at), key=_RISING.index)
