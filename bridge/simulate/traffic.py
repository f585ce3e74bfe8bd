"""When messages arrive: Poisson processes with a day, a night, and bursts. Pure.

An intensity is a list of weights, one a minute. Given how many arrive, the instants of a Poisson
process of that intensity are independent draws from it: that is how they are made here.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

from bridge.model import MINUTE, SECOND, Micros

PARIS = ZoneInfo("Europe/Paris")

MILLISECOND: Micros = SECOND // 1_000

DAY_SHAPE = (
    0.90, 0.65, 0.45, 0.30, 0.20, 0.15, 0.20, 0.40, 0.65, 0.85, 0.95, 1.05,
    1.20, 1.15, 1.05, 1.05, 1.10, 1.20, 1.35, 1.40, 1.45, 1.55, 1.55, 1.25,
)  # fmt: skip
"""How busy each hour of a Paris day is, against the mean: late evenings most, early mornings least."""


def instant(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> Micros:
    """A time on the clock of Paris, in microseconds UTC."""
    return round(datetime(year, month, day, hour, minute, tzinfo=PARIS).timestamp()) * SECOND


def day_and_night(start: Micros, length: Micros) -> list[float]:
    """The intensity of a service that people use when they are awake."""
    return [DAY_SHAPE[_hour(start + minute * MINUTE)] for minute in range(length // MINUTE)]


def _hour(at: Micros) -> int:
    return datetime.fromtimestamp(at // SECOND, UTC).astimezone(PARIS).hour


def burst(intensity: list[float], at_minute: int, height: float, half_life: float) -> None:
    """Adds what follows a mention in the media: a leap within 5 minutes, then halving by `half_life` minutes.

    `height` is in the unit of the intensity.
    """
    for minute in range(max(at_minute, 0), len(intensity)):
        age = minute - at_minute
        rise = min(1.0, (age + 1) / 5)
        intensity[minute] += height * rise * 0.5 ** (age / half_life)


def wave(minutes: int, rng: Random) -> list[float]:
    """The intensity of a raid: a call on a forum, a quick rise, surges as others call again, a tail."""
    rise, tail = max(1, minutes // 12), max(1, minutes // 5)
    shape = [min(1.0, (minute + 1) / rise, (minutes - minute) / tail) for minute in range(minutes)]
    for _ in range(max(1, minutes // 60)):
        burst(shape, rng.randrange(minutes), 0.3 + 0.7 * rng.random(), 12)
    return shape


def arrivals(rng: Random, start: Micros, intensity: Sequence[float], count: int) -> list[Micros]:
    """`count` instants from `start` on, in order, drawn from an intensity; whole milliseconds."""
    cumulated = list(accumulate(intensity))
    minutes = rng.choices(range(len(intensity)), cum_weights=cumulated, k=count)
    return sorted(start + minute * MINUTE + rng.randrange(60_000) * MILLISECOND for minute in minutes)


def within(rng: Random, start: Micros, length: Micros, count: int) -> list[Micros]:
    """`count` instants from anywhere in a stretch of time, in order; whole milliseconds."""
    start = -(-start // MILLISECOND) * MILLISECOND
    span = max(1, length // MILLISECOND)
    return sorted(start + rng.randrange(span) * MILLISECOND for _ in range(count))


def exponential(rng: Random, mean: Micros) -> Micros:
    """A waiting time without memory; whole milliseconds, at least one."""
    return max(1, round(rng.expovariate(1.0) * mean / MILLISECOND)) * MILLISECOND


def stream(*purpose: object) -> Random:
    """A stream of chance that depends on nothing but its purpose, the seed first.

    One a purpose, so that a change in one part leaves the others as they were, and the same on every machine.
    """
    return Random("/".join(map(str, purpose)))  # noqa: S311 - a test-bed; nothing secret is drawn from it
