"""Scores against labels, on traces that can be counted by hand."""

from typing import Any

import pytest

from bridge.replay import Label, Written
from tests.replay.support import RULES, line, paste, run


def scores(lines: list[Written], labels: dict[str, Label], source: bytes = RULES) -> dict[str, Any]:
    """The figures under `labels`."""
    told: dict[str, Any] = run(*lines, source=source, labels=labels).summary["labels"]
    return told


def labelled(*groups: tuple[list[Written], Label]) -> tuple[list[Written], dict[str, Label]]:
    """The lines of all groups, and their labels."""
    lines = [one for group, _ in groups for one in group]
    return lines, {one.id: label for group, label in groups for one in group}


def test_a_raid_that_is_seen_scores_in_full() -> None:
    calm = [line(minute, minute + 1, "coucou, on se voit demain ?") for minute in range(3)]
    told = scores(*labelled((calm, "ordinary"), (paste([10, 11, 12, 13, 14]), "raider")))
    assert (told["precision"], told["recall"]) == (1.0, 1.0)
    assert told["ordinary_answered_share"] == told["ordinary_answered_share_while_the_pot_lasts"] == 1.0
    assert (told["raider_cost"], told["raider_replies"]) == (0.0, 0)
    assert told["detection"] == {"messages": 4, "seconds": 180.0}
    assert told["confusion"] == {
        "ordinary": {"ordinary": 3, "suspect": 0, "raider": 0},
        "raider": {"ordinary": 0, "suspect": 0, "raider": 5},
    }


def test_a_raider_who_is_not_seen_costs_recall_and_money() -> None:
    told = scores(*labelled(([line(0, 1)], "ordinary"), ([line(1, 2)], "raider")))
    assert told["precision"] is None
    assert told["recall"] == 0.0
    assert (told["raider_cost"], told["raider_replies"]) == (0.0763, 1)
    assert told["detection"] == {"messages": None, "seconds": None}


def test_ordinary_people_taken_for_raiders_cost_precision() -> None:
    pasted = paste([0, 1, 2, 3])
    told = scores(*labelled((pasted[:3], "raider"), (pasted[3:], "ordinary")))
    assert told["precision"] == 0.75
    assert told["confusion"]["ordinary"]["raider"] == 1
    assert told["ordinary_answered_share"] == 0.0


def test_one_raiding_message_makes_a_raider_of_its_sender() -> None:
    first, second = line(0, 1, "salut"), line(1, 1, "encore moi")
    told = scores([first, second], {first.id: "ordinary", second.id: "raider"})
    assert (told["raiders"], told["ordinary"]) == (1, 0)


def test_whom_the_rules_never_answer_is_not_missed() -> None:
    lines = [line(0, 1), line(1, "+447700900123"), line(2, 3, "STOP"), line(3, "38200")]
    told = scores(*labelled((lines, "ordinary")))
    assert told["ordinary_answered_share"] == 1.0


def test_who_waits_for_money_is_told_apart() -> None:
    lines = [line(minute, minute + 1) for minute in range(4)]
    told = scores(*labelled((lines, "ordinary")), source=RULES.replace(b"per_hour: 10,", b"per_hour: 0.1,"))
    assert told["ordinary_answered_share"] == 0.25
    assert told["ordinary_answered_share_in_the_end"] == 1.0
    assert told["ordinary_answered_share_while_the_pot_lasts"] == 1.0
    assert told["ordinary_refused_by_the_pot"] == 3


def test_a_reply_after_more_than_an_hour_is_none() -> None:
    late = RULES.replace(b"{min: 10m, max: 10m}", b"{min: 61m, max: 61m}")
    told = scores(*labelled(([line(0, 1)], "ordinary")), source=late)
    assert told["ordinary_answered_share"] == 0.0


@pytest.mark.parametrize("labels", [{}, {"unheard of": "raider"}], ids=["none", "of another trace"])
def test_what_is_not_labelled_is_not_scored(labels: dict[str, Label]) -> None:
    told = scores([line(0, 1)], labels)
    assert (told["raiders"], told["ordinary"], told["unlabelled"]) == (0, 0, 1)
    assert told["ordinary_answered_share"] is None
