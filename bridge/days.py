"""Days by the clock on the wall: they begin at midnight there; not all are equally long. And how long ago
something was, although clocks are set back. Floor 1, pure."""

from datetime import UTC, date, datetime, tzinfo

from bridge.model import DAY, HOUR, SECOND, Micros

SET_BACK: Micros = HOUR
"""By more than that no clock that is right is behind what was decided: it was set back."""

LEAP: Micros = DAY
"""By so much the clock may be ahead of what was known last, on its own word: a service is off for a night."""


def lately(at: Micros, now: Micros, length: Micros) -> bool:
    """Whether something was within so long. What lies further ahead than by `SET_BACK` was dated by a clock
    that was wrong, and nobody knows when it was: it must not count as new until that instant has come."""
    return -SET_BACK <= now - at < length


def rests(until: Micros, now: Micros, longest: Micros) -> bool:
    """Whether something is still put off: not for longer than it was, where the clock was set back since."""
    return 0 < until - now <= longest


def day_of(at: Micros, zone: tzinfo) -> date:
    """The day that an instant falls on."""
    return datetime.fromtimestamp(at // SECOND, zone).date()


def midnight(day: date, zone: tzinfo) -> Micros:
    """When a day begins."""
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND


def iso_second(at: Micros) -> str:
    """An instant in ISO 8601 with `Z`, to the second before: as it is signed, and as files tell it."""
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
