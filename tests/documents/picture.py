"""`make picture`: draws docs/rooms.svg from the floors and the imports."""

import sys
from collections.abc import Iterator, Mapping
from functools import cache
from html import escape

from tests.house.test_floors import FLOORS, MODULES, imports

PLACES: Mapping[str, tuple[int, float]] = {
    "cli": (250, 0),
    "demo": (430, 0),
    "service": (430, 1),
    "replay": (250, 2),
    "web": (850, 2),
    "loops": (330, 3),
    "dossier": (560, 3),
    "channels": (980, 4),
    "store": (440, 4),
    "cards": (240, 5),
    "heart": (390, 6),
    "raid": (540, 7),
    "moderation": (390, 7),
    "pot": (240, 7),
    "privacy": (640, 8),
    "evidence": (765, 8),
    "responses": (390, 8),
    "text": (250, 9),
    "ports": (850, 10),
    "model": (390, 11),
}
"""Where a room of its own box stands: the middle of it, and its row. All others are named beside."""

STATIONS = {"channels": "1", "loops": "2 · 5", "heart": "3", "store": "4", "cards": "6"}
"""Where a message passes, by the steps of docs/how-it-is-built.md."""

ROWS = {4: (0, 2), 3: (3, 3), 2: (4, 4), 1: (5, 9), 0: (10, 11)}
"""The first and the last row of each floor."""

TITLES = {4: "where it is wired", 3: "the loops", 2: "in SQL", 1: "pure: no I/O, no clock", 0: "the nouns"}

SAID = "Rooms by floor, and which rooms each one imports"
TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" '
    'orient="auto"><path d="M0 0 8 4 0 8z" fill="#5b6b78"/></marker></defs>'
)
WIDTH, ROW, BOX, TALL, TOP = 1080, 62, 104, 32, 14
BESIDE = "adapters"


def room_of(module: str) -> str:
    """`heart` of `bridge.heart.fold`; `channels` is one."""
    top, *rest = module.split(".")
    return rest[0] if top == "bridge" and rest else top


@cache
def known() -> Mapping[str, frozenset[str]]:
    """Which other rooms each room imports, straight from the files."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        own = found.setdefault(room_of(module), set())
        own.update(room_of(name) for name in imports(module) if name in MODULES)
    return {room: frozenset(others - {room, "bridge"}) for room, others in found.items()}


@cache
def below(room: str) -> frozenset[str]:
    """All that a room imports, at whatever remove."""
    direct = known().get(room, frozenset())
    return direct.union(*map(below, direct))


def arrows() -> Iterator[tuple[str, str]]:
    """Between the boxes, and none where others lead the same way."""
    for one in PLACES:
        under = below(one) & PLACES.keys()
        for other in sorted(under):
            if not any(other in below(between) for between in under - {other}):
                yield one, other


def floors() -> Mapping[int, list[str]]:
    """The rooms of each floor, as the test of floors lists them."""
    told: dict[int, list[str]] = {floor: [] for floor in ROWS}
    for name, floor in FLOORS.items():
        if name != "bridge":
            told[floor].append(room_of(name))
    return told


def picture() -> str:
    """The whole of it."""
    height = TOP * 2 + ROW * 12
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="14">'
        f'<title>{SAID}</title><rect width="{WIDTH}" height="{height}" fill="#fff"/>'
    )
    bands = (_band(floor, rooms) for floor, rooms in floors().items())
    roads = (_arrow(one, other) for one, other in arrows())
    return "\n".join([head, TIP, *bands, *roads, *map(_box, PLACES), "</svg>"]) + "\n"


def _y(row: float) -> float:
    return TOP + ROW * row + ROW / 2


def _band(floor: int, rooms: list[str]) -> str:
    first, last = ROWS[floor]
    top, tall = TOP + ROW * first + 3, ROW * (last - first + 1) - 6
    small = [room for room in rooms if room not in PLACES]
    lines = [f'<tspan font-weight="bold">floor {floor}</tspan>', escape(TITLES[floor]), *_lines(small)]
    said = "".join(f'<tspan x="22" dy="{16 if n else 0}">{line}</tspan>' for n, line in enumerate(lines))
    return (
        f'<rect x="8" y="{top}" width="{WIDTH - 16}" height="{tall}" rx="8" fill="#f1f4f6"/>'
        f'<text x="22" y="{top + 18}" font-size="12" fill="#33424e">{said}</text>'
    )


def _lines(rooms: list[str]) -> Iterator[str]:
    """Two or three small rooms a line, each by its name."""
    line: list[str] = []
    for room in rooms:
        if line and len(" ".join([*line, room])) > 20:
            yield " ".join(map(_small, line))
            line = []
        line.append(room)
    if line:
        yield " ".join(map(_small, line))


def _small(room: str) -> str:
    return f'<tspan class="room" data-room="{room}" fill="#5b6b78">{room}</tspan>'


def _arrow(one: str, other: str) -> str:
    (x, row), (to_x, to_row) = PLACES[one], PLACES[other]
    start = f"M{x} {_y(row) + TALL / 2:g}"
    end, bend = _y(to_row) - TALL / 2, ROW * 0.6
    if row == to_row:
        side = BOX / 2 if to_x > x else -BOX / 2
        start, road = f"M{x + side:g} {_y(row):g}", f"L{to_x - side:g} {_y(row):g}"
    else:
        road = f"C{x} {_y(row) + TALL / 2 + bend:g} {to_x} {end - bend:g} {to_x} {end:g}"
    return (
        f'<path class="arrow" data-from="{one}" data-to="{other}" d="{start}{road}" fill="none" '
        'stroke="#5b6b78" stroke-width="1.3" marker-end="url(#tip)"/>'
    )


def _box(room: str) -> str:
    x, row = PLACES[room]
    left, top = x - BOX / 2, _y(row) - TALL / 2
    inner, ink = ("#22303c", "#fff") if room in STATIONS else ("#fff", "#22303c")
    return (
        f'<rect x="{left:g}" y="{top:g}" width="{BOX}" height="{TALL}" rx="6" fill="{inner}" '
        'stroke="#22303c"/>'
        f'<text class="room" data-room="{room}" x="{x}" y="{top + 21:g}" fill="{ink}" text-anchor="middle">'
        f"{room}</text>{_badge(STATIONS.get(room, ''), left + BOX, top)}{_note(room, left, top)}"
    )


def _badge(station: str, right: float, top: float) -> str:
    """The step of a message's way, at a corner."""
    if not station:
        return ""
    wide = 12 + 7 * len(station)
    return (
        f'<rect x="{right - 12:g}" y="{top - 11:g}" width="{wide}" height="20" rx="10" fill="#b3541e"/>'
        f'<text x="{right - 12 + wide / 2:g}" y="{top + 3.5:g}" font-size="12" fill="#fff" '
        f'text-anchor="middle">{station}</text>'
    )


def _note(room: str, left: float, top: float) -> str:
    if room != "channels":
        return ""
    place = f'x="{left - 10:g}" y="{top + 21:g}" text-anchor="end"'
    return f'<text {place} font-size="12" fill="#33424e">{BESIDE}</text>'


if __name__ == "__main__":
    sys.stdout.write(picture())
