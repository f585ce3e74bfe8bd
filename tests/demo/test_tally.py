"""How the raid is counted: people once, by the best that became of them; money both ways."""

import pytest

from bridge.demo.script import BEGINS, ENDS, Line
from bridge.demo.tally import BARS, STEP, Fate, bar, counted
from bridge.model import Progress, Verdict

PRICE, INBOUND = 76_300, 7_500

HELD, SENT = Progress.HELD, Progress.DELIVERED
ORDINARY, RAIDER = Verdict.ORDINARY, Verdict.RAIDER


def fate(
    progress: Progress | None = None,
    verdict: Verdict = ORDINARY,
    *,
    sender: str = "+33639980001",
    hostile: bool = False,
    no_money: bool = False,
) -> Fate:
    """What became of a message; its reply costs something once it has left."""
    line = Line(BEGINS, sender, "salut", hostile)
    return Fate(line, verdict, progress, INBOUND, PRICE if progress is SENT else 0, no_money)


@pytest.mark.parametrize(
    ("fates", "outcome"),
    [
        ([fate(SENT)], "answered"),
        ([fate(HELD)], "waiting"),
        ([fate(Progress.IN_DOUBT)], "waiting"),
        ([fate(no_money=True)], "unaffordable"),
        ([fate(HELD, no_money=True)], "unaffordable"),
        ([fate(verdict=RAIDER)], "mistaken"),
        ([fate(Progress.CANCELLED, Verdict.SUSPECT)], "mistaken"),
        ([fate()], "other"),
        ([fate(Progress.FAILED)], "other"),
        ([fate(SENT), fate()], "answered"),
        ([fate(), fate(SENT)], "answered"),
        ([fate(SENT, RAIDER)], "answered"),
        ([fate(HELD), fate(verdict=RAIDER)], "waiting"),
    ],
)
def test_a_person_counts_once_by_the_best_that_became_of_them(fates: list[Fate], outcome: str) -> None:
    told = counted(fates, 0)["ordinary"]
    assert told["senders"] == told[outcome] == 1
    outcomes = ("answered", "waiting", "unaffordable", "mistaken", "other")
    assert sum(told[one] for one in outcomes) == 1


def test_receiving_is_counted_whoever_wrote_and_replies_only_once_they_have_left() -> None:
    told = counted([fate(SENT), fate(HELD, hostile=True), fate(SENT, hostile=True)], 7 * PRICE)
    assert told["ordinary"]["inbound"] == INBOUND
    assert told["hostile"]["inbound"] == 2 * INBOUND
    assert (told["ordinary"]["replies"], told["hostile"]["replies"]) == (PRICE, PRICE)
    assert (told["saved"], told["without"]) == (7 * PRICE, 9 * PRICE + 3 * INBOUND)


def test_messages_of_raiders_are_told_as_seen_answered_waiting_and_withdrawn() -> None:
    told = counted(
        [
            fate(SENT, hostile=True),
            fate(HELD, hostile=True),
            fate(Progress.CANCELLED, RAIDER, hostile=True),
            fate(None, RAIDER, hostile=True, sender="+33639980002"),
        ],
        0,
    )["hostile"]
    assert (told["messages"], told["senders"], told["raiders"]) == (4, 2, 2)
    assert (told["replied"], told["waiting"], told["withdrawn"]) == (1, 1, 1)


def test_what_waits_for_its_turn_is_still_held_and_nothing_that_an_end_is_waited_for() -> None:
    told = counted([fate(HELD, hostile=True), fate(HELD, hostile=True, no_money=True)], 0)["hostile"]
    assert (told["waiting"], told["coming"]) == (2, 1)


def test_numbers_of_the_raid_that_still_got_a_reply_count_once_each() -> None:
    other = "+33639980002"
    told = [fate(SENT, hostile=True), fate(SENT, hostile=True), fate(SENT, hostile=True, sender=other)]
    assert counted(told, 0)["hostile"]["answered"] == 2


@pytest.mark.parametrize(
    ("at", "place"),
    [(BEGINS - 1, 0), (BEGINS, 0), (BEGINS + STEP, 1), (ENDS - 1, BARS - 1), (ENDS, BARS - 1)],
)
def test_every_instant_has_its_bar(at: int, place: int) -> None:
    assert bar(at) == place


def test_a_bar_tells_ordinary_suspect_and_raider_in_this_order() -> None:
    bars = counted([fate(), fate(), fate(verdict=RAIDER)], 0)["bars"]
    assert bars[0] == [2, 0, 1]
    assert len(bars) == BARS
