"""The page of threats and promises says what the tests hold, and no more."""

from pathlib import Path

import pytest

from tests.security.document import cases, counts, document
from tests.security.threats import KINDS, WITHSTOOD, Threat

PAGE = Path(__file__).parents[2] / "docs/security.md"

HELD = [one for one in (*KINDS, *WITHSTOOD) if one.tests]


def test_the_committed_page_is_in_step_with_the_tests() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), "run make security"


@pytest.mark.parametrize("threat", HELD, ids=lambda threat: threat.what[:40])
def test_each_kind_has_at_least_five_relatives(threat: Threat) -> None:
    cases, properties = counts(threat)
    assert cases + properties >= 5


def _of_files() -> None: ...


def test_a_table_of_files_is_one_case_however_many_there_are() -> None:
    table = pytest.mark.parametrize("file", [PAGE, Path(__file__)])
    words = pytest.mark.parametrize("word", ["one", "two", "three"])
    assert cases(words(table(_of_files))) == 3


def test_all_that_was_tried_and_did_no_harm_is_kept_so() -> None:
    assert all(one.tests for one in WITHSTOOD)
    assert len({one.what for one in (*KINDS, *WITHSTOOD)}) == len(KINDS) + len(WITHSTOOD)
