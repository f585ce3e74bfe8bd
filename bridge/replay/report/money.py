"""The picture of the money: what was spent so far, and what would have been without the detector."""

from collections.abc import Callable, Iterator
from itertools import accumulate

from bridge.model import EURO, MicroEuros
from bridge.replay.report.drawing import Frame, amounts, line, path, picture, roof, times
from bridge.replay.report.series import Bucket, Series
from bridge.wording import ENGLISH

_HEIGHT = 240.0


def money_picture(series: Series) -> str:
    """Sums that only grow: on ordinary people, on raiders on top, for receiving, and without detector."""
    without = _sums(series, lambda one: one.on_ordinary + one.on_raiders + one.saved)
    inbound = _sums(series, lambda one: one.inbound)
    ordinary = _sums(series, lambda one: one.on_ordinary)
    both = _sums(series, lambda one: one.on_ordinary + one.on_raiders)
    most = roof(max(without[-1], inbound[-1], both[-1], EURO) / EURO)
    frame = Frame(series.begin, series.end, most, _HEIGHT, series.zone)
    drawn = [
        *amounts(frame, lambda amount: f"€{amount:,.0f}" if most > 4 else f"€{amount:,.2f}"),  # noqa: PLR2004
        path("raider", _line(frame, series, both), ground=frame.ground),
        path("ordinary", _line(frame, series, ordinary), ground=frame.ground),
        line("inbound", _line(frame, series, inbound)),
        line("without", _line(frame, series, without)),
        *times(frame, frame.ground),
    ]
    replies, raiders = ENGLISH.money(both[-1]), ENGLISH.money(both[-1] - ordinary[-1])
    description = (
        f"In the end {replies} went into replies, {raiders} of it to raiders, and "
        f"{ENGLISH.money(inbound[-1])} into receiving. "
        f"Without detector and team the same rules would have paid {ENGLISH.money(without[-1])}."
    )
    return picture("money", "Money spent so far", description, frame.ground + 30, drawn)


def _sums(series: Series, part: Callable[[Bucket], MicroEuros]) -> list[MicroEuros]:
    return [0, *accumulate(part(one) for one in series.buckets)]


def _line(frame: Frame, series: Series, sums: list[MicroEuros]) -> Iterator[tuple[float, float]]:
    yield frame.x(series.begin), frame.y(0)
    for bucket, so_far in zip(series.buckets, sums[1:], strict=True):
        yield frame.x(bucket.begin + series.length), frame.y(so_far / EURO)
