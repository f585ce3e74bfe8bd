"""How well texts alone tell raiders from ordinary people: the curve, its table, its picture. Pure."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate

from tests.bench.raids.measure import Outcome

PICTURE = "benchmark-roc.svg"
"""Its name beside the document."""

STEPS = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.10, 0.20)
"""Shares of ordinary people lost at which the curve is always read."""

_MOST = 0.20
"""How much of the curve is drawn: nobody would lose more ordinary people than that."""

_WIDTH, _HEIGHT, _LEFT, _TOP, _ACROSS, _DOWN = 640, 420, 64, 24, 540, 330
_COLOURS = ("#1f8a70", "#c2571a", "#6a6fd0", "#b0468f")
"""Read on white as well as on black."""


@dataclass(frozen=True, slots=True)
class Point:
    """What a threshold does: who looks at least so abusive."""

    threshold: int
    """Per mille."""
    lost: float
    """Share of ordinary people."""
    caught: float
    """Share of raiders."""


def pooled(outcomes: Sequence[Outcome]) -> list[Point]:
    """The whole curve over all runs, a point a threshold, from the strictest down."""
    counts: Mapping[str, Counter[int]] = {"ordinary": Counter(), "raider": Counter()}
    for one in outcomes:
        for label, pairs in one.curve.items():
            counts[label].update({score: number for score, number in pairs})  # noqa: C416 - pairs may be lists
    lost, caught = (_above(counts[label]) for label in ("ordinary", "raider"))
    return [Point(threshold, lost[threshold], caught[threshold]) for threshold in range(1000, -1, -1)]


def _above(counts: Counter[int]) -> list[float]:
    """The share at or above each suspicion from 0 to 1000."""
    total = sum(counts.values()) or 1
    downwards = accumulate(counts[score] for score in range(1000, -1, -1))
    return [number / total for number in downwards][::-1]


def at(curve: Sequence[Point], lost: float) -> Point:
    """The loosest threshold that loses no more than a share of ordinary people."""
    return [point for point in curve if point.lost <= lost][-1] if curve[0].lost <= lost else curve[0]


def readings(curve: Sequence[Point]) -> list[Point]:
    """The points that the table shows: round shares of ordinary people lost, and round thresholds."""
    round_ones = [point for point in curve if point.threshold % 100 == 0]
    return sorted({*round_ones, *(at(curve, lost) for lost in STEPS)}, key=lambda point: -point.threshold)


def draw(curves: Mapping[str, Sequence[Point]]) -> str:
    """The curves as a picture of its own, in grey and strong colours that suit any background."""
    parts = [*_frame(), *_lines(curves)]
    title = "Raiders caught against ordinary people lost, by text alone"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>{title}</title>{"".join(parts)}</svg>\n'
    )


def _x(lost: float) -> float:
    return _LEFT + _ACROSS * lost / _MOST


def _y(caught: float) -> float:
    return _TOP + _DOWN * (1 - caught)


def _frame() -> Iterator[str]:
    for place in range(6):
        y = _y(place / 5)
        yield f'<path d="M{_LEFT} {y:.1f}H{_LEFT + _ACROSS}" stroke="#808080" stroke-opacity=".35"/>'
        yield _text(_LEFT - 8, y + 4, f"{20 * place} %", "end")
    for percent in (0, 3, 5, 10, 15, 20):
        x = _x(percent / 100)
        yield f'<path d="M{x:.1f} {_TOP}V{_TOP + _DOWN}" stroke="#808080" stroke-opacity=".35"/>'
        yield _text(x, _TOP + _DOWN + 18, f"{percent} %", "middle")
    yield _text(_LEFT + _ACROSS / 2, _HEIGHT - 16, "ordinary people lost", "middle")
    yield _text(_LEFT, _TOP - 8, "raiders caught", "start")


def _lines(curves: Mapping[str, Sequence[Point]]) -> Iterator[str]:
    for place, (name, curve) in enumerate(curves.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        steps = " ".join(f"{_x(lost):.1f},{_y(caught):.1f}" for lost, caught in _path(curve))
        yield f'<polyline points="{steps}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        y = _TOP + _DOWN - 14 - 20 * (len(curves) - 1 - place)
        yield f'<path d="M{_LEFT + 250} {y - 4}h24" stroke="{colour}" stroke-width="2.5"/>'
        yield _text(_LEFT + 282, y, name, "start")


def _path(curve: Sequence[Point]) -> list[tuple[float, float]]:
    """The drawn part of a curve, cut where the picture ends."""
    inside = [(point.lost, point.caught) for point in curve if point.lost <= _MOST]
    place = bisect_left([point.lost for point in curve], _MOST)
    return [*inside, (_MOST, curve[min(place, len(curve) - 1)].caught)]


def _text(x: float, y: float, written: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#808080" text-anchor="{anchor}">{escape(written)}</text>'
