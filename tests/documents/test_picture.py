"""The picture of the house is the house: its rooms are the rooms, its arrows the imports."""

import re
from itertools import product

import pytest

from tests.documents.pages import DOCS
from tests.documents.picture import PLACES, floors, known, picture

DRAWN = (DOCS / "rooms.svg").read_text(encoding="utf-8")
ROOMS = re.findall(r'data-room="([a-z_]+)"', DRAWN)
ARROWS = set(re.findall(r'data-from="([a-z_]+)" data-to="([a-z_]+)"', DRAWN))


def reached(start: str, roads: set[tuple[str, str]]) -> set[str]:
    """Everything that one comes to from `start`."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        here = waiting.pop()
        new = {to for one, to in roads if one == here} - found
        found |= new
        waiting.extend(new)
    return found


def test_every_room_is_in_it_once() -> None:
    assert sorted(ROOMS) == sorted([*(room for rooms in floors().values() for room in rooms), "channels"])


@pytest.mark.parametrize("one", PLACES)
def test_arrows_lead_where_imports_lead_and_nowhere_else(one: str) -> None:
    imported = {(room, other) for room, others in known().items() for other in others}
    assert reached(one, ARROWS) == reached(one, imported) & PLACES.keys()


def test_no_arrow_could_be_left_out() -> None:
    for arrow in ARROWS:
        assert arrow[1] not in reached(arrow[0], ARROWS - {arrow}), arrow


def test_a_box_stands_on_its_own_floor_and_on_no_other() -> None:
    boxes = {room: row for room, (_, row) in PLACES.items() if room != "channels"}
    floor = {room: number for number, rooms in floors().items() for room in rooms}
    for (one, row), (other, lower) in product(boxes.items(), boxes.items()):
        if floor[one] > floor[other]:
            assert row < lower, (one, other)


def test_it_was_drawn_anew() -> None:
    assert picture() == DRAWN, "make picture"
