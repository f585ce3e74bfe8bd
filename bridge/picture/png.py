"""A picture as PNG bytes: stacked bars, a line before them, the hours below, and what is what above."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from io import BytesIO
from math import ceil, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from bridge.card import Picture

WIDTH, HEIGHT = 1600, 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 40, 96, 72
_LETTERS = 26
"""Pixels; what a room shows beside a message is a third of it."""

_GROUND, _INK, _GRID = "#fffdfa", "#1c2526", "#ddd6cb"
_HOSTILE, _OTHER, _REPLIES = "#b4412a", "#17605a", "#e0a040"
_MOST_TICKS = 8
_ROUGHLY = 4
"""Lines across."""


def png(picture: Picture) -> bytes:
    """The picture as a file: the same bytes for the same picture."""
    # Loaded by whoever draws one, which is once a raid.
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    image = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    _Sheet(ImageDraw.Draw(image), ImageFont.load_default(_LETTERS), picture).draw()
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


class _Sheet:
    """Where things stand in the picture."""

    def __init__(self, pen: ImageDraw, font: FreeTypeFont | ImageFont, picture: Picture) -> None:
        self._pen, self._font, self._picture = pen, font, picture
        tallest = max((max(hostile + other, left) for hostile, other, left in picture.bars), default=0)
        self._step = _step(max(tallest, _ROUGHLY))
        self._most = self._step * ceil(max(tallest, _ROUGHLY) / self._step)

    def draw(self) -> None:
        """From behind to the front."""
        self._grid()
        self._bars()
        self._line()
        self._hours()
        self._legend()

    def _x(self, place: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * place / max(1, len(self._picture.bars))

    def _y(self, count: float) -> float:
        return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * count / self._most

    def _grid(self) -> None:
        for count in range(0, self._most + 1, self._step):
            self._pen.line([(_LEFT, self._y(count)), (WIDTH - _RIGHT, self._y(count))], _GRID, 2)
            self._write((_LEFT - 14, self._y(count)), str(count), "rm")

    def _bars(self) -> None:
        gap = 2 if len(self._picture.bars) > 1 else 0
        for place, (hostile, other, _) in enumerate(self._picture.bars):
            left, right = self._x(place), self._x(place + 1) - gap
            self._bar((left, right), 0, hostile, _HOSTILE)
            self._bar((left, right), hostile, hostile + other, _OTHER)

    def _bar(self, across: tuple[float, float], below: int, above: int, colour: str) -> None:
        if above > below:
            left, right = across
            self._pen.rectangle([(left, self._y(above)), (max(left, right), self._y(below))], fill=colour)

    def _line(self) -> None:
        points = [(self._x(at + 0.5), self._y(one[2])) for at, one in enumerate(self._picture.bars)]
        for colour, width in ((_GROUND, 12), (_REPLIES, 6)) if points else ():
            self._pen.line(points, colour, width, joint="curve")

    def _hours(self) -> None:
        told = [(place, tick) for place, tick in enumerate(self._picture.ticks) if tick]
        for place, tick in told[:: max(1, ceil(len(told) / _MOST_TICKS))]:
            x = self._x(place)
            self._pen.line([(x, self._y(0)), (x, self._y(0) + 10)], _INK, 2)
            self._write((x, HEIGHT - _BOTTOM + 18), tick, "ma")

    def _legend(self) -> None:
        x: float = _LEFT
        for colour, word in zip((_HOSTILE, _OTHER, _REPLIES), self._picture.legend, strict=True):
            self._pen.rectangle([(x, 34), (x + 26, 60)], fill=colour)
            self._write((x + 40, 47), word, "lm")
            x += 40 + self._font.getlength(word) + 48

    def _write(self, where: tuple[float, float], word: str, anchor: str) -> None:
        """The font has no space that keeps a line together, and draws a box in its place."""
        self._pen.text(where, word.replace("\N{NO-BREAK SPACE}", " "), _INK, self._font, anchor)


def _step(most: int) -> int:
    magnitude = 10 ** max(0, ceil(log10(most / _ROUGHLY)) - 1)
    return next(step for step in _steps(magnitude) if step * _ROUGHLY >= most)


def _steps(magnitude: int) -> Iterator[int]:
    factors: Sequence[int] = (1, 2, 5, 10, 20)
    return (factor * magnitude for factor in factors)
