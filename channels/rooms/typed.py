"""What a typed command asks for, as an act: the same in every room."""

from typing import Protocol

from bridge.grammar import Wanted
from bridge.heart.acts.verb import METERED
from bridge.model import Act, Micros


class Typed(Protocol):
    """A command, as a room received it."""

    @property
    def key(self) -> str:
        """What tells it from every other in its room."""

    @property
    def actor(self) -> str:
        """Who typed it."""


def act_of(room: str, command: Typed, wanted: Wanted, at: Micros) -> Act:
    """The act that was typed. What names no channel means the one that costs money."""
    return Act(
        room,
        command.key,
        command.actor,
        wanted.verb,
        wanted.target or METERED,
        at,
        length=wanted.length,
        reason=wanted.reason,
        says=wanted.says,
    )
