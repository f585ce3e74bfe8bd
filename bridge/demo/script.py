"""What the buttons play, condensed: Monday evening of 2017, and two evenings on which only a crowd comes.

Touches the simulator only: the crowds are those of its scenarios, in which nobody is hostile.
"""

from typing import Literal, get_args

from bridge.model import HOUR, MINUTE, Micros
from bridge.noun import Noun
from bridge.simulate.scenarios import FRIDAY, MONDAY_AFTERNOON, make

SEED = 2017
"""Of the first take; each further take has people of its own, since nobody is answered twice in a month."""

BEGINS: Micros = MONDAY_AFTERNOON - 30 * MINUTE
ENDS: Micros = MONDAY_AFTERNOON + 7 * HOUR + 20 * MINUTE
"""A calm half hour, the seven hours of the raid, and what follows: every evening is this long."""

CHANNEL, COUNTRY = "sms", "FR"
"""What it comes over."""

Name = Literal["raid", "television", "news"]
NAMES: tuple[Name, ...] = get_args(Name)


class Evening(Noun):
    """What can be played."""

    scenario: str
    before: Micros = 0
    """How long before the raid's evening it is; on the page it is told by the clock alone."""
    density: float = 1
    """How many messages are played for each that is of the raid's: a crowd of a few shows nothing."""
    thinned: bool = False
    """Its scenario cannot be had with fewer people: some of its messages are left out instead."""


EVENINGS = {
    "raid": Evening("weekend"),
    "television": Evening("television", before=MONDAY_AFTERNOON - FRIDAY - 6 * HOUR, density=2),
    "news": Evening("evening-news", density=5, thinned=True),
}


class Cut(Noun):
    """How far an evening is condensed."""

    share: float = 0.1
    """Of the messages of 2017, raiders' and ordinary people's alike."""
    seconds: float = 70
    """How long it plays."""

    @property
    def speed(self) -> float:
        """How much faster than in 2017 time passes."""
        return (ENDS - BEGINS) / (self.seconds * 1_000_000)

    def of(self, evening: Name) -> float:
        """The share of an evening's messages that is played."""
        return min(1.0, self.share * EVENINGS[evening].density)


class Line(Noun):
    """Somebody's text, and when it was sent in 2017."""

    at: Micros
    sender: str
    text: str
    hostile: bool


def written(take: int, share: float, evening: Name = "raid") -> tuple[Line, ...]:
    """The lines of a take, counted from 0, in order of time: the same on every machine."""
    told = EVENINGS[evening]
    trace = make(told.scenario, SEED + take, scale=1.0 if told.thinned else share)
    kept = share if told.thinned else 1.0
    lines = (
        Line(message.at + told.before, message.sender, message.text, trace.labels[message.id] == "raider")
        for place, message in enumerate(trace.messages)
        if message.channel == CHANNEL and int((place + 1) * kept) > int(place * kept)
    )
    return tuple(line for line in lines if BEGINS <= line.at < ENDS)
