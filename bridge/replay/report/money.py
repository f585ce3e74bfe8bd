"""The picture of the money: what was spent so far, and what answering everybody would have cost."""

from collections.abc import Callable, Iterator
from itertools import accumulate

from bridge.model import EURO, MicroEuros
from bridge.replay.report.drawing import Frame, amounts, line, path, picture, roof, times
from bridge.replay.report.series import Bucket, Series
from bridge.wording import ENGLISH

_HEIGHT = 240.0


def money_picture(series: Series) -> str:
    """Sums that only grow: on ordinary people, on raiders on top of it, for receiving, and to everybody."""
    full = _sums(series, lambda one: one.full)
    inbound = _sums(series, lambda one: one.inbound)
    ordinary = _sums(series, lambda one: one.on_ordinary)
    both = _sums(series, lambda one: one.on_ordinary + one.on_raiders)
    most = roof(max(full[-1], inbound[-1], both[-1], EURO) / EURO)
    frame = Frame(series.begin, series.end, most, _HEIGHT, series.zone)
    drawn = [
        *amounts(frame, lambda amount: f"€{amount:,.0f}" if most > 4 else f"€{amount:,.2f}"),  # noqa: PLR2004
        path("raider", _line(frame, series, both), ground=frame.ground),
        path("ordinary", _line(frame, series, ordinary), ground=frame.ground),
        line("inbound", _line(frame, series, inbound)),
        line("full", _line(frame, series, full)),
        *times(frame, frame.ground),
    ]
    replies, raiders = ENGLISH.money(both[-1]), ENGLISH.money(both[-1] - ordinary[-1])
    description = (
        f"In the end {replies} went into replies, {raiders} of it to raiders, and "
        f"{ENGLISH.money(inbound[-1])} into receiving. "
        f"Answering everybody would have cost {ENGLISH.money(full[-1])}."
    )
    return picture("money", "Money spent so far", description, frame.ground + 30, drawn)


def _sums(series: Series, part: Callable[[Bucket], MicroEuros]) -> list[MicroEuros]:
    return [0, *accumulate(part(one) for one in series.buckets)]


def _line(frame: Frame, series: Series, sums: list[MicroEuros]) -> Iterator[tuple[float, float]]:
    yield frame.x(series.begin), frame.y(0)
    for bucket, so_far in zip(series.buckets, sums[1:], strict=True):
        yield frame.x(bucket.begin + series.length), frame.y(so_far / EURO)
