"""Days by the clock on the wall: they begin at midnight there; not all are equally long. Floor 1, pure."""

from datetime import UTC, date, datetime, tzinfo

from bridge.model import SECOND, Micros


def day_of(at: Micros, zone: tzinfo) -> date:
    """The day that an instant falls on."""
    return datetime.fromtimestamp(at // SECOND, zone).date()


def midnight(day: date, zone: tzinfo) -> Micros:
    """When a day begins."""
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND


def iso_second(at: Micros) -> str:
    """An instant in ISO 8601 with `Z`, to the second before: as it is signed, and as files tell it."""
    return datetime.fromtimestamp(at // SECOND, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
