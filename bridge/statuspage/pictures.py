"""The pictures of the status page: what came and what was answered, with the posture; and what it cost. Pure.

They are drawn narrow, so that a telephone shows them whole, and a wide screen shows two side by side.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from bridge.cards.buttons import posture_name
from bridge.model import EURO, Micros
from bridge.noun import Noun
from bridge.replay.report.drawing import Frame, amounts, line, picture, rect, roof, step_of, text, times
from bridge.views import Course, Stretch
from bridge.wording import Words

_WIDTH, _HEIGHT, _GAP, _BAND = 520.0, 190.0, 12.0, 22.0
_TICKS = 5
_BETWEEN = 1.0
_FEWEST = 4
"""Messages that a picture has room for, so that its lines stand for whole ones."""

_LETTER = 10.0
"""About the width of a letter in the band, on the narrowest screen."""


class Part(Noun):
    """One of the two counts that a bar is stacked of, the lower one first."""

    kind: str
    count: Callable[[Stretch], float]


MESSAGES = Part("raider", lambda one: one.hostile), Part("ordinary", lambda one: one.other)
MONEY = (
    Part("outbound", lambda one: one.outbound / EURO),
    Part("inbound", lambda one: one.inbound / EURO),
)


def messages_picture(name: str, title: str, course: Course, words: Words) -> str:
    """Messages of raids and of others, replies as a line, the posture as a band."""
    most = max(_FEWEST, *(max(one.hostile + one.other, one.replies) for one in course.bars))
    frame = _frame(course, roof(most), words)
    band = frame.ground + _GAP
    drawn = (
        *amounts(frame, lambda amount: words.count(round(amount)) if amount == round(amount) else ""),
        *_bars(frame, course, MESSAGES, lambda number: words.count(round(number)), words),
        line("replies", _middles(frame, course)),
        *_postures(frame, course, band, words),
        *times(frame, band + _BAND, words),
    )
    sums = {"messages": sum(one.hostile + one.other for one in course.bars)}
    sums |= {"hostile": sum(one.hostile for one in course.bars)}
    sums |= {"replies": sum(one.replies for one in course.bars)}
    told = words("messages_told", **sums)
    return picture(name, title, told, band + _BAND + 28, drawn, width=_WIDTH)


def money_picture(name: str, title: str, course: Course, words: Words) -> str:
    """What replies cost, and receiving."""
    most = max(EURO / 10, *(one.outbound + one.inbound for one in course.bars))
    frame = _frame(course, roof(most / EURO), words)

    drawn = (
        *amounts(frame, _euros(step_of(frame.most), words)),
        *_bars(frame, course, MONEY, lambda euros: words.money(round(euros * EURO)), words),
        *times(frame, frame.ground, words),
    )
    sums = (sum(one.outbound for one in course.bars), sum(one.inbound for one in course.bars))
    told = words("money_told", outbound=words.money(sums[0]), inbound=words.money(sums[1]))
    return picture(name, title, told, frame.ground + 28, drawn, width=_WIDTH)


def _euros(step: float, words: Words) -> Callable[[float], str]:
    """As short as it can be told, all alike: the title says that it is money."""
    if step.is_integer():
        return lambda euros: words.count(round(euros))
    return lambda euros: words.price(round(euros * EURO))


def _frame(course: Course, most: float, words: Words) -> Frame:
    return Frame(course.bars[0].begin, course.end, most, _HEIGHT, words.zone, _WIDTH, _TICKS)


def _ends(course: Course) -> Iterator[tuple[Stretch, Micros]]:
    """Each bar, with when it ends."""
    begins = [one.begin for one in course.bars]
    return zip(course.bars, [*begins[1:], course.end], strict=True)


def _bars(
    frame: Frame, course: Course, parts: Sequence[Part], written: Callable[[float], str], words: Words
) -> Iterator[str]:
    for one, end in _ends(course):
        left, right = frame.x(one.begin), frame.x(end)
        below = 0.0
        for part in parts:
            above = below + part.count(one)
            if above > below:
                title = f"{words.moment(one.begin)}: {written(above - below)}"
                sides = left, max(left + 0.5, right - _BETWEEN)
                yield rect(part.kind, sides, (frame.y(above), frame.y(below)), title)
            below = above


def _middles(frame: Frame, course: Course) -> Iterator[tuple[float, float]]:
    for one, end in _ends(course):
        yield frame.x((one.begin + end) // 2), frame.y(one.replies)


def _postures(frame: Frame, course: Course, y: float, words: Words) -> Iterator[str]:
    instants = [*(one.since for one in course.stances), course.until]
    for one, (begin, end) in zip(course.stances, pairwise(instants), strict=True):
        name = posture_name(one.posture, words.within("card"))
        left, right = frame.x(max(begin, frame.begin)), frame.x(end)
        yield rect(f"posture {one.posture}", (left, right), (y, y + _BAND), f"{words.moment(begin)}: {name}")
        if right - left > _LETTER * len(name) + 8:
            yield text(f"band on-{one.posture}", (left + right) / 2, y + 16, name)
