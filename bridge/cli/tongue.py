"""Which language whoever sits at the terminal reads, by the system's own variables; and what the clock of the
rules says. Light: what is told in a word or a table needs no catalogue."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bridge.clock import parse_iso

if TYPE_CHECKING:
    from bridge.wording import Language

_SAYING = "LC_ALL", "LC_MESSAGES", "LANG"
"""The first one that is set counts (POSIX, Environment Variables, 8.2)."""


def language(environment: Mapping[str, str] = os.environ) -> Language:
    """French where the system speaks it; else English."""
    said = next((value for name in _SAYING if (value := environment.get(name))), "")
    return "fr" if said[:2].casefold() == "fr" else "en"


def reader(*, as_json: bool) -> dict[str, str]:
    """What tells a service in which language it is read; programs read English."""
    return {} if as_json else {"language": language()}


def moment(iso: str, zone: str) -> str:
    """An instant as the clock of the rules shows it, without a catalogue's words."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - what tells no time needs none

    at = datetime.fromtimestamp(parse_iso(iso) / 1_000_000, ZoneInfo(zone))
    return f"{at:%Y-%m-%d %H:%M}"
