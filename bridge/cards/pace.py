"""How often a room is called. The feed keeps to it, and a replay, which loads no database, counts by it."""

from bridge.model import SECOND, Micros

LONGEST_REST = 2.0
"""Seconds between looks at what the cards should be."""

PACE = 1.1
"""Seconds between calls: one post a second and channel is what rooms allow."""

FRESH: Micros = 45 * SECOND
"""A card whose counts stand still is edited again after this long: "as of" stays true, and one that somebody
has deleted is missed within a minute, on a quiet day as well."""
