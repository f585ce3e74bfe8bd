"""For how long the record of a person is kept, and what keeps it from being erased sooner. Pure.

One key opens everything that a person wrote: so the record goes as a whole, counted from their last message;
and that of a raid, which is evidence, from when the raid last grew.
"""

from collections.abc import Iterable

from bridge.model import Micros, Raid
from bridge.noun import Noun
from bridge.responses import Retention


class Kept(Noun):
    """A raid holds the record of somebody who takes part in it."""

    raid: str
    until: Micros
    """At least: where the rules name the raid, it is held for as long as they do."""


def hold_of(raids: Iterable[Raid], retention: Retention, now: Micros) -> Kept | None:
    """What the raids that somebody takes part in make of their record: the one that holds it for longest."""
    holds = [found for raid in raids if (found := _hold(raid, retention, now))]
    return max(holds, key=lambda one: one.until, default=None)


def _hold(raid: Raid, retention: Retention, now: Micros) -> Kept | None:
    """A false alarm holds nobody, unless the rules name it."""
    until = raid.grown_at + retention.raid
    if raid.id in retention.held:
        return Kept(raid.id, max(until, now))
    held = raid.ended_at is None and until > now
    return Kept(raid.id, until) if held else None
