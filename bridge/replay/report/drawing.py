"""What our pictures share: a frame with its axes, drawn as SVG by hand, in the picture's own units."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta, tzinfo
from html import escape
from math import ceil, log10

from bridge.days import day_of, midnight
from bridge.model import DAY, HOUR, MINUTE, SECOND, Micros
from bridge.noun import Noun
from bridge.wording import ENGLISH, Words

WIDTH, LEFT, RIGHT, TOP = 960.0, 60.0, 24.0, 12.0

_STEPS = (
    *(n * MINUTE for n in (1, 5, 10, 15, 30)),
    *(n * HOUR for n in (1, 2, 3, 6, 12)),
    *(n * DAY for n in (1, 2, 7, 14, 28, 56)),
)
_MOST_TICKS = 9
_ROUGHLY = 4
"""Lines across a picture."""


class Frame(Noun):
    """Where things stand in a picture: time from left to right, amounts from the ground up."""

    begin: Micros
    end: Micros
    most: float
    """The largest amount that has room."""
    height: float
    """Of what amounts are drawn in."""
    zone: tzinfo
    width: float = WIDTH
    """Of the whole picture."""
    ticks: int = _MOST_TICKS
    """How many marks there is room for along the bottom."""

    def x(self, at: Micros) -> float:
        """Where an instant stands."""
        return LEFT + (self.width - LEFT - RIGHT) * (at - self.begin) / max(1, self.end - self.begin)

    def y(self, amount: float) -> float:
        """Where an amount reaches to."""
        return TOP + self.height * (1 - amount / self.most)

    @property
    def ground(self) -> float:
        """Where nothing stands."""
        return TOP + self.height


def roof(most: float) -> float:
    """A round amount with room for `most` under it."""
    step = step_of(most)
    return step * max(1, ceil(most / step))


def amounts(frame: Frame, written: Callable[[float], str]) -> Iterator[str]:
    """Lines across, with what they stand for."""
    step = step_of(frame.most)
    for place in range(round(frame.most / step) + 1):
        y = frame.y(place * step)
        yield f'<line class="grid" x1="{LEFT:g}" x2="{frame.width - RIGHT:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield text("tick", LEFT - 8, y + 4, written(place * step), anchor="end")


def times(frame: Frame, y: float, words: Words = ENGLISH) -> Iterator[str]:
    """Marks along the bottom, by the clock on the wall."""
    for at, label in _ticks(frame, words):
        x = frame.x(at)
        yield f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{y + 5:.1f}"/>'
        yield text("tick", x, y + 19, label)


def text(kind: str, x: float, y: float, written: str, *, anchor: str = "middle") -> str:
    """A word or a number, on its baseline."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(written)}</text>'


def rect(kind: str, across: tuple[float, float], down: tuple[float, float], title: str) -> str:
    """A rectangle from left to right and from top to bottom; `title` is told to whoever points at it."""
    (left, right), (top, bottom) = across, down
    size = f'width="{max(right - left, 0):.1f}" height="{max(bottom - top, 0):.1f}"'
    return f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" {size}><title>{escape(title)}</title></rect>'


def path(kind: str, points: Iterable[tuple[float, float]], *, ground: float | None = None) -> str:
    """A line through points; with `ground`, the area below it."""
    through = list(points)
    drawn = " ".join(f"{'L' if place else 'M'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(through))
    if ground is not None and through:
        drawn += f" L{through[-1][0]:.1f} {ground:.1f} L{through[0][0]:.1f} {ground:.1f} Z"
    return f'<path class="{kind}" d="{drawn}"/>'


def line(kind: str, points: Iterable[tuple[float, float]]) -> str:
    """A line that stands out from what lies under it."""
    through = list(points)
    return path("halo", through) + path(kind, through)


def picture(
    name: str, title: str, description: str, height: float, drawn: Iterable[str], *, width: float = WIDTH
) -> str:
    """A whole picture, with words for those who cannot see it."""
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
        f"{''.join(drawn)}</svg>"
    )


def local(at: Micros, zone: tzinfo) -> datetime:
    """An instant by the clock on the wall."""
    return datetime.fromtimestamp(at / SECOND, zone)


def moment(at: Micros, zone: tzinfo) -> str:
    """An instant as people read it."""
    return Words("en", zone).moment(at)


def share(part: float | None) -> str:
    """A share of one, where there is one."""
    return "–" if part is None else ENGLISH.share(part)


def step_of(most: float) -> float:
    """How far apart the lines are that stand across: a round amount."""
    raw = max(most, 1e-6) / _ROUGHLY
    magnitude = 10.0 ** (ceil(log10(raw)) - 1)
    return next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= raw - 1e-9)


def _ticks(frame: Frame, words: Words) -> Iterator[tuple[Micros, str]]:
    step = next((one for one in _STEPS if frame.end - frame.begin <= frame.ticks * one), _STEPS[-1])
    day = local(midnight(day_of(frame.begin, frame.zone), frame.zone), frame.zone)
    at, place = 0, 0
    while at <= frame.end:
        # Counted by the clock on the wall: a day may have 23 hours or 25.
        at = round((day + timedelta(microseconds=step) * place).timestamp() * SECOND)
        place += 1
        if frame.begin <= at <= frame.end:
            yield at, _tick(local(at, frame.zone), words)


def _tick(when: datetime, words: Words) -> str:
    minute = 60 * when.hour + when.minute
    return words.clock(minute) if minute else words.day(when)
