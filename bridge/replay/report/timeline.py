"""The picture of what arrived and what was answered, with the posture beneath."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from bridge.model import Posture, Stance, Verdict
from bridge.replay.report.drawing import (
    Frame,
    amounts,
    line,
    moment,
    picture,
    rect,
    roof,
    text,
    times,
)
from bridge.replay.report.series import Bucket, Series, Span, postures
from bridge.wording import ENGLISH

_HEIGHT, _GAP, _BAND = 250.0, 14.0, 26.0
_BETWEEN = 0.6
_FEWEST = 4
"""Messages that a picture has room for, so that its lines stand for whole ones."""

_LETTER = 7.4
"""About the width of a letter in the band."""


def timeline(series: Series, stances: Sequence[Stance]) -> str:
    """Messages in each stretch, stacked by verdict; replies as a line; the posture as a band."""
    most = roof(max(_FEWEST, *(max(one.messages, one.replies) for one in series.buckets)))
    frame = Frame(series.begin, series.end, most, _HEIGHT, series.zone)
    band = frame.ground + _GAP
    drawn = [
        *amounts(frame, lambda amount: f"{amount:,.0f}"),
        *(bar for one in series.buckets for bar in _bars(frame, one, series)),
        line("replies", _replies(frame, series)),
        *(part for span in _merged(stances, series) for part in _posture(frame, span, band)),
        *times(frame, band + _BAND),
    ]
    return picture("timeline", _title(series), _description(series, stances), band + _BAND + 30, drawn)


def _bars(frame: Frame, bucket: Bucket, series: Series) -> Iterator[str]:
    left, right = frame.x(bucket.begin), frame.x(bucket.begin + series.length)
    below = 0
    for verdict, messages in bucket.verdicts.items():
        if messages:
            top, bottom = frame.y(below + messages), frame.y(below)
            title = f"{moment(bucket.begin, series.zone)}: {ENGLISH.count(messages)} {verdict.value}"
            yield rect(verdict.value, (left, right - _BETWEEN), (top, bottom), title)
            below += messages


def _replies(frame: Frame, series: Series) -> Iterator[tuple[float, float]]:
    middle = series.length // 2
    return ((frame.x(one.begin + middle), frame.y(one.replies)) for one in series.buckets)


def _merged(stances: Sequence[Stance], series: Series) -> Iterator[Span]:
    """Spans of one posture that follow each other, as one."""
    spans = postures(stances, series.begin, series.end)
    for posture, same in groupby(spans, key=lambda span: span.posture):
        parts = list(same)
        yield Span(posture, parts[0].begin, parts[-1].end, parts[0].reason)


def _posture(frame: Frame, span: Span, y: float) -> Iterator[str]:
    left, right = frame.x(span.begin), frame.x(span.end)
    title = f"{span.posture.value} from {moment(span.begin, frame.zone)}: {ENGLISH.reason(span.reason)}"
    yield rect(f"posture {span.posture.value}", (left, right), (y, y + _BAND), title)
    if right - left > _LETTER * len(span.posture.value) + 8:
        yield text(f"band on-{span.posture.value}", (left + right) / 2, y + 17.5, span.posture.value)


def _title(series: Series) -> str:
    return f"Messages by verdict, in stretches of {ENGLISH.length(series.length)}"


def _description(series: Series, stances: Sequence[Stance]) -> str:
    busiest = max(series.buckets, key=lambda one: one.messages)
    sums = {verdict: sum(one.verdicts[verdict] for one in series.buckets) for verdict in Verdict}
    told = ", ".join(f"{ENGLISH.count(sums[verdict])} {verdict.value}" for verdict in Verdict)
    raids = sum(stance.posture is Posture.RAID for stance in stances)
    return (
        f"{told}. The busiest stretch of {ENGLISH.length(series.length)} began on "
        f"{moment(busiest.begin, series.zone)} with {ENGLISH.some('messages', busiest.messages)}. "
        f"The posture rose to raid {ENGLISH.some('times', raids)}."
    )
