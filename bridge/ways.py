"""Ways: by which channel replies leave where their own fails. Floor 1, pure.

The rules list the channels that may stand in for each other. A reply leaves by the one that it was written to
for as long as that works; else by the first of the others that is well. It goes back once its own has been
well for a while: longer each time, so that nothing goes to and fro.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bridge.model import HOUR, MINUTE, Micros, Turn
from bridge.noun import Noun
from bridge.ports import OF_ACCOUNT

PATIENCE: Micros = 5 * MINUTE
"""How long a way may fail before what waits leaves by another; where an account is refused, none."""

WELL_FOR: Micros = 10 * MINUTE
"""How long a way has been well before replies go back to it; twice as long after each return."""

_MOST_TIMES = 4
"""So often it is doubled at most: to less than three hours."""

LATELY: Micros = 6 * HOUR
"""Returns are counted over this long."""


class Condition(Noun):
    """How a way is."""

    fault: str | None
    """The short code of why nothing gets out by it; `None` while it is well."""
    since: Micros
    """Since when it fails, or is well."""

    @property
    def well(self) -> bool:
        """Whether something gets out by it, as far as anybody knows."""
        return self.fault is None

    def lost(self, now: Micros) -> bool:
        """Whether nobody should wait for it any longer."""
        return self.fault is not None and (self.fault in OF_ACCOUNT or now - self.since >= PATIENCE)


OFF = "off"
"""Why a way is lost that has no credentials."""


def way_of(channel: str, ways: Sequence[str], current: Mapping[str, str]) -> str:
    """By which way the replies of a channel leave; `current` is what the newest turns say."""
    way = current.get(channel, channel)
    return way if channel in ways and way in ways else channel


def served(way: str, ways: Sequence[str], current: Mapping[str, str]) -> tuple[str, ...]:
    """Whose replies leave by a way."""
    return tuple(one for one in dict.fromkeys((way, *ways)) if way_of(one, ways, current) == way)


def turn(
    channel: str,
    ways: Sequence[str],
    conditions: Mapping[str, Condition],
    turns: Sequence[Turn],
    now: Micros,
) -> Turn | None:
    """The turn that the replies of a channel take now, if any.

    `conditions` are those of the ways that are on; `turns` those of the channel so far, oldest first.
    """
    if channel not in ways or len(ways) < 2:  # noqa: PLR2004 - there is none beside it
        return None
    order = list(dict.fromkeys((channel, *ways)))
    present = way_of(channel, ways, {one.channel: one.way for one in turns})
    for way in order[: order.index(present)]:
        condition = conditions.get(way)
        if condition is not None and condition.well and now - condition.since >= _well_for(way, turns, now):
            return Turn(channel, way, present, now, "", condition.since)
    here = conditions.get(present, Condition(OFF, now))
    if here.well or not (here.lost(now) or here.fault == OFF):
        return None
    others = (way for way in order if way != present and way in conditions and conditions[way].well)
    other = next(others, None)
    return None if other is None else Turn(channel, other, present, now, here.fault or OFF, here.since)


def _well_for(way: str, turns: Sequence[Turn], now: Micros) -> Micros:
    returns = sum(one.way == way and not one.code and now - one.at < LATELY for one in turns)
    return WELL_FOR << min(returns, _MOST_TIMES)
