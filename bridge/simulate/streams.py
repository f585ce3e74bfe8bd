"""Seeded chance: one stream a purpose, so that a change in one part leaves the others as they were.

The same seed gives the same trace on every machine: no clock, no hash order, no chance of the system's.
"""

from random import Random


def stream(*purpose: object) -> Random:
    """A stream of chance that depends on nothing but its purpose, the seed first."""
    return Random("/".join(map(str, purpose)))  # noqa: S311 - a test-bed; nothing secret is drawn from it
