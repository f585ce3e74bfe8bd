"""When a reply leaves: a random wait inside `hold`, and never in quiet hours. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bridge.days import SET_BACK, day_of, midnight
from bridge.model import SECOND, Micros

if TYPE_CHECKING:  # the command line reads the verbs, and does without
    from random import Random
    from zoneinfo import ZoneInfo

    from bridge.responses import Responses
    from bridge.responses.rules import Quiet

_MINUTES_A_DAY = 24 * 60
_LATER = 4  # of the wait, beyond the longest: a hold of at most 45 minutes ends within the hour


def onward(now: Micros, at: Micros, *, heard: bool) -> Micros:
    """The instant at which what reached us `at` is decided, after what was decided at `now`.

    Time does not run backwards, unless the clock was set back: else nobody would be answered until it has
    come as far as it was ahead. Only what people sent tells that (`heard`): what is written
    down of a posture is of the instant of what led to it.
    """
    return at if heard and now - at > SET_BACK else max(now, at)


def due_at(responses: Responses, now: Micros, random: Random, *, late: bool = False) -> Micros:
    """The instant at which a reply decided at `now` is due; `late`: after the longest hold, not within."""
    hold = responses.hold
    wait = random.randint(hold.min, hold.max)
    return rested(responses, now + (hold.max + wait // _LATER if late else wait), random)


def rested(responses: Responses, at: Micros, random: Random) -> Micros:
    """The instant at which what is due at another leaves: that one, or soon after the quiet hours around it.

    Spread over the same span as the hold itself: a night's replies must not leave in one burst.
    """
    awake, hold = awake_at(responses, at), responses.hold
    return at if awake == at else awake + random.randint(0, hold.max - hold.min)


def awake_at(responses: Responses, at: Micros) -> Micros:
    """The instant, or the end of the quiet hours that it falls in."""
    quiet = responses.quiet
    zone = (quiet and quiet.zone) or responses.zone
    return _end(quiet, at, zone) if quiet is not None and quiet.holds(_minute(at, zone)) else at


def end_of_day(at: Micros, zone: ZoneInfo) -> Micros:
    """The midnight that ends the day of `at`, by the clock on the wall."""
    return midnight(day_of(at, zone) + timedelta(days=1), zone)


def _minute(at: Micros, zone: ZoneInfo) -> int:
    local = datetime.fromtimestamp(at // SECOND, zone)
    return local.hour * 60 + local.minute


def _end(quiet: Quiet, at: Micros, zone: ZoneInfo) -> Micros:
    """When the quiet hours around `at` are over, by the clock on the wall: summer time or not.

    Where the clocks go back, an hour comes twice: they end in the later one, for more follow the first.
    """
    local = datetime.fromtimestamp(at // SECOND, zone)
    hour, minute = divmod(quiet.end % _MINUTES_A_DAY, 60)
    end = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if end <= local:
        end = datetime.combine(local.date() + timedelta(days=1), end.timetz().replace(tzinfo=None), zone)
    return round(max(end.replace(fold=fold).timestamp() for fold in (0, 1))) * SECOND
