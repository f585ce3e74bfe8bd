"""Texts that were written by hand, line by line, as so many people would: who typed one question, each by
themselves, and who pasted one text and changed it. No program made them."""

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from bridge.raid.copies import Copies
from bridge.raid.variants import Variants
from tests.raid.sightings import after, written
from tests.raid.test_copies import crowd, met

FOLDER = Path(__file__).with_name("by_hand")
ASKED = sorted(one.stem for one in FOLDER.glob("*.txt") if not one.stem.startswith("paste"))
PASTED = sorted(one.stem for one in FOLDER.glob("paste*.txt"))
SHORT = "paste3"
"""An opening of 22 letters: that little is taken for a question that many ask."""


def lines(name: str, seed: int) -> Sequence[str]:
    """The texts of a file in another order each time."""
    found = [one for one in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines() if one]
    return Random(seed).sample(found, len(found))


def copied(name: str, seed: int, *, raid: bool = False) -> list[int]:
    """Which of the texts are found to be copies, after a crowd in its own words."""
    copies = Copies()
    crowd(copies, 200, 20_000)
    return [n for n, text in enumerate(lines(name, seed)) if met(copies, written(text, n), raid=raid)]


def varied(name: str, seed: int) -> list[int]:
    """Which of them are found to be variants."""
    told, found = Variants(), []
    for n, text in enumerate(lines(name, seed)):
        seen = written(text, n, at=after(n))
        finding = told.look(seen)
        told.add(seen, found=finding is not None)
        found += [n] if finding else []
    return found


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("seed", range(5))
def test_who_asks_one_question_is_no_copy_on_a_calm_day(name: str, seed: int) -> None:
    assert copied(name, seed) == []


@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("seed", range(2))
def test_nor_amid_a_raid(name: str, seed: int) -> None:
    assert copied(name, seed, raid=True) == []
    assert len(varied(name, seed)) <= 30


@pytest.mark.parametrize("name", [one for one in PASTED if one != SHORT])
@pytest.mark.parametrize("seed", range(5))
def test_who_pastes_one_text_is_found_from_the_fourth_to_the_twentieth_on(name: str, seed: int) -> None:
    found = copied(name, seed)
    assert found
    assert found[0] < 20
    assert len(found) > 0.9 * (60 - found[0])
