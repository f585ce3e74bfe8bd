"""What `make scale` measured, as a page with a table and a picture. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log10

PICTURE = "growth.svg"
"""Its name beside the document."""

_WIDTH, _HEIGHT, _LEFT, _TOP, _ACROSS, _DOWN = 640, 300, 64, 24, 540, 210
_COLOURS = ("#1f8a70", "#c2571a", "#6a6fd0", "#b0468f")
"""Read on white as well as on black."""


@dataclass(frozen=True, slots=True)
class Start:
    """A start of the service."""

    seconds: float
    """Until it answers."""
    processor: float
    """Seconds of the processor until then."""
    memory: float
    """Megabytes that it held at most, until what had waited was decided."""


@dataclass(frozen=True, slots=True)
class Size:
    """What was measured of a database of one size."""

    senders: int
    messages: int
    bytes: int
    """Of the whole file, before anything was folded on top."""
    clock: Sequence[float]
    """Seconds a decision took, in order of length; with its share of reading, and of the commit."""
    processor: Sequence[float]
    """Likewise seconds of the processor."""
    start: Start
    """On a file that its last service left in order."""
    unknown: Start
    """On a file that nobody is known to have left in order, as after a crash: it is looked through first."""

    @property
    def each(self) -> float:
        """Bytes a message, with its share of everything else."""
        return self.bytes / self.messages


def _median(taken: Sequence[float]) -> float:
    return 1000 * taken[len(taken) // 2]


def _late(taken: Sequence[float]) -> float:
    return 1000 * taken[int(0.95 * len(taken))]


_COLUMNS: dict[str, Callable[[Size], str]] = {
    "senders": lambda one: f"{one.senders:,}",
    "messages": lambda one: f"{one.messages:,}",
    "the file, MB": lambda one: f"{one.bytes / 2**20:,.0f}",
    "bytes a message": lambda one: f"{one.each:,.0f}",
    "start, s": lambda one: f"{one.start.seconds:.1f}",
    "of the processor, s": lambda one: f"{one.start.processor:.1f}",
    "after a crash, s": lambda one: f"{one.unknown.seconds:.1f}",
    "of the processor": lambda one: f"{one.unknown.processor:.1f}",
    "memory, MB": lambda one: f"{_memory(one):,.0f}",
    "a decision, ms of the processor: median": lambda one: f"{_median(one.processor):.2f}",
    "95 %": lambda one: f"{_late(one.processor):.2f}",
    "by the clock: median": lambda one: f"{_median(one.clock):.2f}",
}

_PAGE = """# Growth

Written by `make scale`, on SQLite: files in which each sender wrote ten messages within a year, one of
which was answered. On top of them come three thousand messages of an ordinary weekend, through journal and
fold, and then a raid, whose decisions are measured (fifty in a transaction, its commit included). Then
`rempart run` is started twice, until it answers: as after a crash, when it looks through the whole file
first, and after its own clean stop, when it does so while it runs. The memory is what it held at most until
what had waited was decided. The file was in the system's cache, as far as that goes.

{table}

{remarks}

![Each figure against that of the smallest size](growth.svg)

Meanwhile {load:.1f} programs wanted each processor of the machine: where that is more than one, the
processor's own seconds say more than the clock's.
"""


def document(sizes: Sequence[Size], load: float) -> str:
    """The page; `load`: how many programs wanted each processor."""
    first, last = sizes[0], sizes[-1]
    slower = _median(last.processor) / _median(first.processor) - 1
    remarks = (
        f"From {first.senders:,} to {last.senders:,} senders a decision takes {abs(100 * slower):.0f} % "
        f"{'more' if slower > 0 else 'less'} of the processor's time (aim: at most 20 % more). At the "
        f"largest size a start takes {last.start.seconds:.1f} s (aim: 10), one after a crash "
        f"{last.unknown.seconds:.1f} s, and {_memory(last):,.0f} MB (aim: 600)."
    )
    return _PAGE.format(table=_table(sizes), remarks=remarks, load=load)


def _memory(one: Size) -> float:
    return max(one.start.memory, one.unknown.memory)


def _table(sizes: Sequence[Size]) -> str:
    told = [[column(one) for column in _COLUMNS.values()] for one in sizes]
    rows = [list(_COLUMNS), ["---:"] * len(_COLUMNS), *told]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


_LINES: dict[str, Callable[[Size], float]] = {
    "a decision": lambda one: _median(one.processor),
    "start": lambda one: one.start.processor,
    "memory": _memory,
    "bytes a message": lambda one: one.each,
}


def picture(sizes: Sequence[Size]) -> str:
    """Each figure against that of the smallest size: what is flat does not grow."""
    most = max(2.0, *(told(one) / told(sizes[0]) for told in _LINES.values() for one in sizes))
    parts = [*_frame(sizes, most), *_lines(sizes, most)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="13"><title>Growth</title>{"".join(parts)}</svg>\n'
    )


def _x(sizes: Sequence[Size], senders: int) -> float:
    begin, end = (log10(one.senders) for one in (sizes[0], sizes[-1]))
    return _LEFT + _ACROSS * (log10(senders) - begin) / max(1e-9, end - begin)


def _y(factor: float, most: float) -> float:
    return _TOP + _DOWN * (1 - factor / most)


def _frame(sizes: Sequence[Size], most: float) -> Iterator[str]:
    for factor in (0, 1, most):
        y = _y(factor, most)
        yield f'<line x1="{_LEFT}" x2="{_LEFT + _ACROSS}" y1="{y:.1f}" y2="{y:.1f}" stroke="#8886"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#888">×{factor:.3g}</text>'
    for one in sizes:
        x, y = _x(sizes, one.senders), _TOP + _DOWN + 20
        yield f'<text x="{x:.1f}" y="{y}" text-anchor="middle" fill="#888">{one.senders:,}</text>'


def _lines(sizes: Sequence[Size], most: float) -> Iterator[str]:
    for place, ((name, told), colour) in enumerate(zip(_LINES.items(), _COLOURS, strict=True)):
        at = (f"{_x(sizes, one.senders):.1f},{_y(told(one) / told(sizes[0]), most):.1f}" for one in sizes)
        yield f'<polyline points="{" ".join(at)}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield f'<text x="{_LEFT + 140 * place}" y="{_HEIGHT - 14}" fill="{colour}">{name}</text>'
