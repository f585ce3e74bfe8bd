"""The decision which way replies take: from cases, and from whatever may happen."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import HOUR, MINUTE, SECOND, Micros, Turn
from bridge.ports import OF_ACCOUNT
from bridge.ways import LATELY, PATIENCE, WELL_FOR, Condition, served, turn, way_of
from tests.support.clock import NOON

WAYS = ("sms", "telnyx", "gateway")


def well(since: Micros = 0) -> Condition:
    return Condition(None, since)


def fails(code: str = "timeout", since: Micros = NOON) -> Condition:
    return Condition(code, since)


def turned(way: str, left: str, at: Micros, code: str = "timeout") -> Turn:
    return Turn("sms", way, left, at, code, at - PATIENCE)


ALL_WELL = dict.fromkeys(WAYS, well())
LOST = NOON + PATIENCE
GONE = (turned("telnyx", "sms", NOON),)

CASES: dict[str, tuple[dict[str, Condition], tuple[Turn, ...], Micros, str | None]] = {
    "all is well": (ALL_WELL, (), NOON, None),
    "it fails for a moment": (ALL_WELL | {"sms": fails()}, (), LOST - 1, None),
    "it fails for five minutes": (ALL_WELL | {"sms": fails()}, (), LOST, "telnyx"),
    "its account is suspended": (ALL_WELL | {"sms": fails("account_suspended")}, (), NOON, "telnyx"),
    "its balance is spent": (ALL_WELL | {"sms": fails("balance_spent")}, (), NOON, "telnyx"),
    "it has no credentials any more": ({"telnyx": well(), "gateway": well()}, (), NOON, "telnyx"),
    "the next one fails too": (ALL_WELL | {"sms": fails(), "telnyx": fails()}, (), LOST, "gateway"),
    "the next one has only begun to fail": (
        ALL_WELL | {"sms": fails(), "telnyx": fails(since=LOST)},
        (),
        LOST,
        "gateway",
    ),
    "the next one is off": ({"sms": fails(), "gateway": well()}, (), LOST, "gateway"),
    "nothing is well": (dict.fromkeys(WAYS, fails()), (), LOST, None),
    "there is none beside it": ({"sms": fails()}, (), LOST, None),
    "its own has been well for a moment": (ALL_WELL | {"sms": well(NOON)}, GONE, NOON + WELL_FOR - 1, None),
    "its own has been well for a while": (ALL_WELL | {"sms": well(NOON)}, GONE, NOON + WELL_FOR, "sms"),
    "the other one fails, and its own is just well": (
        ALL_WELL | {"sms": well(NOON), "telnyx": fails("credentials")},
        GONE,
        NOON + SECOND,
        "sms",
    ),
    "the second is well again before the first": (
        ALL_WELL | {"sms": fails(), "telnyx": well(NOON)},
        (turned("gateway", "sms", NOON),),
        NOON + WELL_FOR,
        "telnyx",
    ),
    "it came back in vain once": (
        ALL_WELL | {"sms": well(NOON)},
        (turned("sms", "telnyx", NOON - HOUR, ""), *GONE),
        NOON + 2 * WELL_FOR - 1,
        None,
    ),
    "it came back in vain once, and is well for twice as long": (
        ALL_WELL | {"sms": well(NOON)},
        (turned("sms", "telnyx", NOON - HOUR, ""), *GONE),
        NOON + 2 * WELL_FOR,
        "sms",
    ),
    "it came back in vain long ago": (
        ALL_WELL | {"sms": well(NOON)},
        (turned("sms", "telnyx", NOON - LATELY, ""), *GONE),
        NOON + WELL_FOR,
        "sms",
    ),
}


@pytest.mark.parametrize(("conditions", "turns", "now", "way"), CASES.values(), ids=CASES)
def test_which_way_is_taken(
    conditions: dict[str, Condition], turns: tuple[Turn, ...], now: Micros, way: str | None
) -> None:
    taken = turn("sms", WAYS, conditions, turns, now)
    assert (taken.way if taken else None) == way


def test_a_turn_says_what_failed_since_when_and_a_way_back_since_when_all_is_well() -> None:
    away = turn("sms", WAYS, ALL_WELL | {"sms": fails()}, (), LOST)
    assert away == Turn("sms", "telnyx", "sms", LOST, "timeout", NOON)
    back = turn("sms", WAYS, ALL_WELL | {"sms": well(NOON)}, (away,), NOON + WELL_FOR)
    assert back == Turn("sms", "sms", "telnyx", NOON + WELL_FOR, "", NOON)


def test_whoever_wrote_to_the_second_number_is_answered_from_there_while_that_works() -> None:
    assert turn("telnyx", WAYS, ALL_WELL, (), NOON) is None
    taken = turn("telnyx", WAYS, ALL_WELL | {"telnyx": fails("credentials")}, (), NOON)
    assert taken is not None
    assert taken.way == "sms"


@pytest.mark.parametrize("ways", [(), ("sms",), ("telnyx", "gateway")])
def test_without_a_rule_that_says_so_nobody_is_answered_from_another_number(ways: tuple[str, ...]) -> None:
    lost = {"sms": fails("credentials"), "telnyx": well(), "gateway": well()}
    assert turn("sms", ways, lost, (), LOST) is None
    assert way_of("sms", ways, {"sms": "telnyx"}) == "sms"


def test_each_channel_is_served_by_one_way() -> None:
    current = {"sms": "gateway", "telnyx": "telnyx"}
    assert [served(way, WAYS, current) for way in WAYS] == [(), ("telnyx",), ("gateway", "sms")]
    assert served("telegram", WAYS, current) == ("telegram",)


names = st.sampled_from(WAYS)
codes = st.sampled_from([*sorted(OF_ACCOUNT), "timeout", "rate_limited"])
instants = st.integers(NOON - 8 * HOUR, NOON)
conditions_ = st.dictionaries(names, st.builds(Condition, st.none() | codes, instants))
turns_ = st.lists(
    st.builds(Turn, st.just("sms"), names, names, instants, st.just("") | codes, instants), max_size=6
)


@given(conditions_, turns_, st.lists(names, unique=True))
def test_whatever_happens_a_turn_is_a_good_one_and_is_taken_once(
    conditions: dict[str, Condition], turns: list[Turn], ways: list[str]
) -> None:
    turns.sort(key=lambda one: one.at)
    taken = turn("sms", ways, conditions, turns, NOON)
    if taken is None:
        return
    here = way_of("sms", ways, {one.channel: one.way for one in turns})
    assert "sms" in ways
    assert (taken.left, taken.channel) == (here, "sms")
    assert taken.way != here
    assert taken.way in ways
    assert conditions[taken.way].well
    if taken.code:
        lost = conditions.get(here)
        assert lost is None or lost.lost(NOON)
    else:
        order = ["sms", *(way for way in ways if way != "sms")]
        assert order.index(taken.way) < order.index(here)
        assert NOON - conditions[taken.way].since >= WELL_FOR
    assert turn("sms", ways, conditions, [*turns, taken], NOON) is None


@given(st.lists(st.tuples(names, st.none() | codes, st.integers(1, 20)), max_size=40))
def test_replies_never_go_to_and_fro_faster_than_their_own_way_proves_itself(
    story: list[tuple[str, str | None, int]],
) -> None:
    """Minutes pass, ways fail and mend: between two returns to one way lies at least what it must prove."""
    now, turns = NOON, list[Turn]()
    conditions = dict.fromkeys(WAYS, well(NOON))
    for way, fault, minutes in story:
        before = conditions[way]
        same = before.well == (fault is None)
        conditions[way] = Condition(fault, before.since if same else now)
        for _ in range(minutes):
            now += MINUTE
            taken = turn("sms", WAYS, conditions, turns, now)
            turns += [taken] if taken else []
    back = [one for one in turns if not one.code]
    for one, other in pairwise(back):
        assert other.way != one.way or other.at - one.at >= WELL_FOR
