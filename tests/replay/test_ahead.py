"""Texts that another process reads ahead say what they say when each is read in its turn."""

from collections.abc import Sequence

import pytest

from bridge.heart.books import Books
from bridge.heart.gist import gist_of
from bridge.replay.ahead import FEWEST, pays, read_ahead
from bridge.replay.long import Lines, replay_long
from bridge.replay.run import SEED
from bridge.replay.spool import open_spool
from bridge.replay.trace import Written
from bridge.responses import Responses
from tests.replay.support import PASTE, RULES, line, number, rules

TRACE = [
    line(n, number(n % 40), text)
    for n, text in enumerate([PASTE, "salut", "STOP", "je vais te tuer", "", "\ud83d", "a" * 200] * 200)
]


def rows(trace: Sequence[Written], responses: Responses, *, ahead: bool) -> list[str]:
    with open_spool() as spool:
        lines = Lines(spool)
        for one in trace:
            assert lines.add(one)
        return list(replay_long(spool, lines, responses, ahead=ahead).lines())


def test_every_row_is_the_same_whoever_read_the_texts() -> None:
    assert rows(TRACE, rules(RULES), ahead=True) == rows(TRACE, rules(RULES), ahead=False)


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, len(TRACE)])
def test_every_line_comes_in_its_turn_and_its_text_is_known_by_then(count: int) -> None:
    books = Books(rules(RULES), SEED)
    coming = read_ahead(iter(list(enumerate(TRACE[:count]))), books)
    for place, (number_, one) in enumerate(coming):
        assert (number_, one) == (place, TRACE[place])
        assert books.gists[one.text] == gist_of(one.text, SEED)
    assert count == 0 or place == count - 1


def test_a_short_trace_is_not_worth_a_process() -> None:
    assert not pays(FEWEST - 1)
