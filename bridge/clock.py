"""The present instant, for those who hand clocks in; and instants as people write them. Floor 4."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bridge.errors import Misconfigured

if TYPE_CHECKING:
    from bridge.model import Micros


def system_clock() -> Micros:
    """Microseconds since 1970 in UTC."""
    return time.time_ns() // 1_000


def iso(at: Micros) -> str:
    """An instant in ISO 8601 with `Z`, to the millisecond."""
    moment = datetime.fromtimestamp(at / 1_000_000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


_FIRST_YEAR, _LAST_YEAR = 2000, 2099
"""What happened, or may: far from where calendars, zones and clocks give out."""


def parse_iso(written: str) -> Micros:
    """An instant written in ISO 8601; without a zone it is UTC. Raises `Misconfigured`."""
    try:
        moment = datetime.fromisoformat(written.upper())
    except ValueError as error:
        raise Misconfigured(f"{written!r} is not a time: write it like 2026-11-21T22:30:00Z.") from error
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise Misconfigured(
            f"{written!r} is no time of ours: write a year from {_FIRST_YEAR} to {_LAST_YEAR}."
        )
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1_000_000)
