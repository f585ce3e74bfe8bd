"""What `make scale` measures is a database of ours, and what it writes can be read."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.bench.grown import EACH, grow
from tests.bench.scale_document import Size, Start, document, picture
from tests.support import sqlite
from tests.support.clock import NOON

TIMES = [0.004, 0.005, 0.006], [0.002, 0.003, 0.004]
SMALL = Size(1_000, 10_000, 9_000_000, *TIMES, Start(1.5, 1.0, 120), Start(1.6, 1.1, 110))
LARGE = replace(
    SMALL,
    senders=100_000,
    messages=1_000_000,
    bytes=900_000_000,
    start=Start(4.0, 3.0, 130),
    unknown=Start(7.0, 6.0, 125),
)


@pytest.fixture
def grown(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A file with thirty senders."""
    sqlite.migrated(tmp_path / "rempart.db")
    messages, size = grow(tmp_path / "rempart.db", 30, NOON, lambda _row: None)
    assert (messages, size > 0) == (30 * EACH, True)
    with closing(sqlite3.connect(tmp_path / "rempart.db")) as connection:
        yield connection


COUNTS = {"senders": 30, "events": 300, "decisions": 300, "outbox": 30}


@pytest.mark.parametrize("table", COUNTS)
def test_each_sender_wrote_ten_times_and_was_answered_once(grown: sqlite3.Connection, table: str) -> None:
    assert grown.execute(f"SELECT count(*) FROM {table}").fetchone() == (COUNTS[table],)  # noqa: S608 - ours


def test_what_refers_to_something_finds_it(grown: sqlite3.Connection) -> None:
    assert grown.execute("PRAGMA foreign_key_check").fetchall() == []
    per_sender = grown.execute("SELECT DISTINCT count(*) FROM events GROUP BY sender").fetchall()
    assert per_sender == [(EACH,)]


def test_the_page_has_a_row_a_size_and_says_how_far_the_aims_are() -> None:
    page = document([SMALL, LARGE], load=0.5)
    assert "| 1,000 | 10,000 | 9 | 900 | 1.5 | 1.0 | 1.6 | 1.1 | 120 | 3.00 | 4.00 | 5.00 |" in page
    assert "| 100,000 | 1,000,000 | 858 | 900 | 4.0 | 3.0 | 7.0 | 6.0 | 130 |" in page
    assert "takes 4.0 s (aim: 10), one after a crash 7.0 s, and 130 MB (aim: 600)" in page


def test_the_picture_has_a_line_a_figure() -> None:
    drawn = ET.fromstring(picture([SMALL, LARGE]))  # noqa: S314 - ours
    lines = drawn.findall("{http://www.w3.org/2000/svg}polyline")
    assert len(lines) == 4
    assert all(len(line.attrib["points"].split()) == 2 for line in lines)
