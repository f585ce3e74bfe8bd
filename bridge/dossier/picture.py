"""The picture of the timeline: messages by time, and below it who wrote when. SVG, drawn by hand; pure."""

from bridge.days import iso_second
from bridge.dossier.figures import Figures, Person
from bridge.model import SenderId

_WIDTH, _LEFT, _BARS, _ROW = 960, 150, 170, 15
_MOST_ROWS = 24
_INK, _BAR, _DOT, _RED = "#22303c", "#8aa4b8", "#3b6ea5", "#b3261e"


def timeline(figures: Figures) -> str:
    """One bar a step of time; one row each for the senders who stand first in the list."""
    ranked = figures.ranked()[:_MOST_ROWS]
    height = _BARS + 50 + _ROW * len(ranked) + 10
    wide = (_WIDTH - _LEFT - 10) / max(1, len(figures.bars))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" {_size(height)}>',
        *_bars(figures, wide),
        *(part for row, one in enumerate(ranked) for part in _row(figures, row, *one, wide)),
        "</svg>",
    ]
    return "\n".join(parts)


def _size(height: int) -> str:
    font = 'font-family="DejaVu Sans Mono" font-size="10"'
    return f'width="{_WIDTH}" height="{height}" {font} fill="{_INK}"'


def _bars(figures: Figures, wide: float) -> list[str]:
    most = max(figures.bars, default=0) or 1
    parts = [f'<text x="{_LEFT - 6}" y="20" text-anchor="end">{most:,}</text>']
    for at, count in enumerate(figures.bars):
        tall = (_BARS - 20) * count / most
        parts.append(
            f'<rect x="{_LEFT + at * wide:.1f}" y="{_BARS - tall:.1f}" width="{max(0.8, wide - 0.6):.1f}" '
            f'height="{tall:.1f}" fill="{_BAR}"/>'
        )
    parts.append(f'<rect x="{_LEFT}" y="{_BARS}" width="{_WIDTH - _LEFT - 10}" height="1" fill="{_INK}"/>')
    for part in range(5):
        at = round(part * (len(figures.bars) - 1) / 4)
        when = iso_second(figures.begin + at * figures.step)
        anchor = "start" if part == 0 else "end" if part == 4 else "middle"  # noqa: PLR2004 - the last of five
        x = _LEFT + (at + part / 4) * wide
        parts.append(f'<text x="{x:.1f}" y="{_BARS + 14}" text-anchor="{anchor}">{when[:10]}</text>')
        parts.append(f'<text x="{x:.1f}" y="{_BARS + 26}" text-anchor="{anchor}">{when[11:19]}</text>')
    return parts


def _row(figures: Figures, row: int, sender: SenderId, person: Person, wide: float) -> list[str]:
    y = _BARS + 50 + row * _ROW
    colour = _RED if person.threats else _DOT
    parts = [
        f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{person.handle}</text>',
        f'<rect x="{_LEFT}" y="{y}" width="{_WIDTH - _LEFT - 10}" height="0.4" fill="{_BAR}"/>',
    ]
    for at, count in sorted(figures.rows[sender].items()):
        size = min(6.0, 1.6 + count**0.5)
        parts.append(
            f'<circle cx="{_LEFT + (at + 0.5) * wide:.1f}" cy="{y}" r="{size:.1f}" fill="{colour}"/>'
        )
    return parts
