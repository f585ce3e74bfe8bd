"""A detector that knows its generator measures nothing: what the two may share, and what not."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bridge.text.unmask import unmask
from tests.bench.raids.cache import ROOT

LONG = 13
"""Letters from which on a line is more than a word that anybody uses."""


def lines(folder: Path) -> set[str]:
    """The letters of every longer line."""
    files = (path for path in folder.iterdir() if path.suffix in (".txt", ".toml"))
    written = (line for path in files for line in path.read_text(encoding="utf-8").splitlines())
    return {letters for line in written if len(letters := unmask(line).replace(" ", "")) >= LONG}


def imported(folder: Path) -> Iterator[str]:
    """Every module that a room imports."""
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                yield node.module or ""
            elif isinstance(node, ast.Import):
                yield from (name.name for name in node.names)


def test_what_is_learned_from_and_what_is_generated_share_but_a_few_phrases() -> None:
    generated, learned = (lines(ROOT / room / "texts") for room in ("bridge/simulate", "tests/training"))
    assert len(generated & learned) < len(generated) / 100


@pytest.mark.parametrize(
    ("room", "forbidden"),
    [
        ("bridge/simulate", ("bridge.text", "bridge.raid", "tests.training")),
        ("bridge/raid", ("bridge.simulate", "tests.training")),
        ("tests/training", ("bridge.simulate",)),
    ],
)
def test_generator_and_detector_do_not_read_each_other(room: str, forbidden: tuple[str, ...]) -> None:
    assert not [name for name in imported(ROOT / room) if name.startswith(forbidden)]
