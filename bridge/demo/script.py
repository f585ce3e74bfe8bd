"""What the raid button plays: Monday evening of 2017, condensed. Touches the simulator only."""

from dataclasses import dataclass

from bridge.model import HOUR, MINUTE, Micros
from bridge.simulate.scenarios import MONDAY_AFTERNOON, make

SEED = 2017
"""Of the first take; each further take has people of its own, since nobody is answered twice in a month."""

BEGINS: Micros = MONDAY_AFTERNOON - 30 * MINUTE
ENDS: Micros = MONDAY_AFTERNOON + 7 * HOUR + 20 * MINUTE
"""A calm half hour, the seven hours of the raid, and what follows."""

CHANNEL, COUNTRY = "sms", "FR"
"""What it comes over."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How far the raid is condensed."""

    share: float = 0.1
    """Of the messages of 2017, raiders' and ordinary people's alike."""
    seconds: float = 70
    """How long it plays."""

    @property
    def speed(self) -> float:
        """How much faster than in 2017 time passes."""
        return (ENDS - BEGINS) / (self.seconds * 1_000_000)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody's text, and when it was sent in 2017."""

    at: Micros
    sender: str
    text: str
    hostile: bool


def written(take: int, share: float) -> tuple[Line, ...]:
    """The lines of a take, counted from 0, in order of time: the same on every machine."""
    trace = make("weekend", SEED + take, scale=share)
    return tuple(
        Line(message.at, message.sender, message.text, trace.labels[message.id] == "raider")
        for message in trace.messages
        if BEGINS <= message.at < ENDS and message.channel == CHANNEL
    )
