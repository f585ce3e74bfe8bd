"""What a look at one part of an installation finds. Floor 0: touches nothing but the reasons."""

from enum import StrEnum
from typing import Any

from bridge.noun import Noun
from bridge.reasons import Datum, Reason


class State(StrEnum):
    """How a part is."""

    FINE = "fine"
    NOTE = "note"
    """It works, and somebody should know of it."""
    WRONG = "wrong"
    """It does not work, or will not when it is needed."""
    UNKNOWN = "unknown"
    """It could not be looked at: neither well nor ill."""


class Examined(Noun):
    """One part, how it is, and what is to be told of it; the words stand in the room `doctor`."""

    part: str
    """What was looked at: a channel's name, or a part of the house."""
    state: State
    told: Reason

    def plain(self) -> dict[str, Any]:
        """As `--json` tells it, without the sentence."""
        return {"part": self.part, "state": str(self.state), **self.told.plain()}


def fine(part: str, code: str, /, **data: Datum) -> Examined:
    """It works."""
    return _examined(part, State.FINE, code, data)


def note(part: str, code: str, /, **data: Datum) -> Examined:
    """It works, and somebody should know of it."""
    return _examined(part, State.NOTE, code, data)


def wrong(part: str, code: str, /, **data: Datum) -> Examined:
    """It does not work."""
    return _examined(part, State.WRONG, code, data)


def unknown(part: str, code: str, /, **data: Datum) -> Examined:
    """It could not be looked at."""
    return _examined(part, State.UNKNOWN, code, data)


def _examined(part: str, state: State, code: str, data: dict[str, Datum]) -> Examined:
    return Examined(part, state, Reason(code, tuple(data.items())))
