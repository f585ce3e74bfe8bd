"""Who is called when: one after the other, then everybody; once each, and nobody for what is over."""

from collections.abc import Sequence

import pytest

from bridge import waking
from bridge.errors import Misconfigured
from bridge.model import DAY, DAY_CARD, HOUR, MINUTE, SECOND, EventId, Micros, Page
from bridge.noun import replace
from bridge.pot import Purse
from bridge.reasons import Reason
from bridge.responses import parse
from bridge.views import Trouble, Waiting
from bridge.waking import FAILING, Alarm, calls, followed, handed_back, resorts
from tests.support.clock import NOON
from tests.support.events import RULES, rules
from tests.support.people import PEOPLE

RAID = Alarm("raid:1", "1", Reason("page_raid", (("id", "1"),)))
CHANNEL = Alarm("channel:sms:in", DAY_CARD, Reason("page_in"), FAILING)
ONE, TWO, THREE = "U0ONE", "U0TWO", "S0THREE"
EVERYBODY = "channel"


def page(called_at: Micros | None = NOON, seen_at: Micros = NOON, **more: object) -> Page:
    raised = Page(RAID.key, NOON, RAID.card, RAID.told, seen_at, called_at)
    return replace(raised, **more)  # type: ignore[arg-type]


def called(one: Page, wake: Sequence[str], now: Micros) -> list[tuple[str, ...]]:
    """Whom the steps mention while the matter lasts."""
    return [call.mentions for call in calls(replace(one, seen_at=now), wake, now)]


STEPS = [
    ([], []),
    ([ONE], [(ONE,), (EVERYBODY,)]),
    (["here"], [("here",), (EVERYBODY,)]),
    ([ONE, TWO], [(ONE,), (TWO,), (EVERYBODY,)]),
    ([ONE, TWO, THREE, "here"], [(ONE,), (TWO,), (THREE, "here", EVERYBODY)]),
    ([ONE, "+33612345678"], [(ONE,), (EVERYBODY,)]),
    (["telegram:4711"], []),
]


@pytest.mark.parametrize(("wake", "steps"), STEPS, ids=str)
def test_the_first_is_called_then_the_next_then_everybody(
    wake: list[str], steps: list[tuple[str, ...]]
) -> None:
    for minutes in range(60):
        due = steps[: minutes // 10 + 1]
        assert called(page(), wake, NOON + minutes * MINUTE) == due


def test_nobody_is_mentioned_twice() -> None:
    everybody = [one for step in called(page(), [ONE, TWO, THREE, "here"], NOON + DAY) for one in step]
    assert len(everybody) == len(set(everybody)) == 5


def test_whoever_takes_it_ends_the_calls() -> None:
    assert called(page(taken_by=ONE, taken_at=NOON), [ONE, TWO], NOON + HOUR) == []


def test_of_what_is_over_nobody_else_is_called() -> None:
    over = page(seen_at=NOON)
    assert calls(over, [ONE, TWO], NOON + 11 * MINUTE) == []


@pytest.mark.parametrize(("taken_after", "so_far"), [(0, 1), (9, 1), (10, 2), (25, 3)])
def test_what_is_handed_back_calls_the_next_ten_minutes_later(taken_after: int, so_far: int) -> None:
    taken = page(taken_by=ONE, taken_at=NOON + taken_after * MINUTE)
    at = NOON + 2 * HOUR
    back = handed_back(taken, EventId("f" * 32), at)
    wake = [ONE, TWO]
    assert len(called(back, wake, at)) == so_far
    assert len(called(back, wake, at + 10 * MINUTE - 1)) == so_far
    assert len(called(back, wake, at + 10 * MINUTE)) == min(3, so_far + 1)


def look(standing: Sequence[Page], alarms: Sequence[Alarm], now: Micros, *, sure: bool = True) -> list[Page]:
    """What is kept after a look."""
    changed, dropped = followed(standing, alarms, now, sure=sure)
    kept = {(one.key, one.since): one for one in [*standing, *changed]}
    return [one for key, one in kept.items() if key not in {(gone.key, gone.since) for gone in dropped}]


def watched(alarms: Sequence[tuple[Micros, bool]], alarm: Alarm, until: Micros) -> list[Page]:
    """What is kept of a matter that begins and ends at these instants, looked at every five seconds."""
    standing: list[Page] = []
    for now in range(NOON, NOON + until, 5 * SECOND):
        on = [is_on for at, is_on in alarms if NOON + at <= now]
        standing = look(standing, [alarm] if on and on[-1] else [], now)
    return standing


WATCHED = [
    ([(0, True)], RAID, HOUR, 1),
    ([(0, True), (MINUTE, False), (30 * MINUTE, True)], RAID, HOUR, 1),
    ([(0, True), (MINUTE, False), (2 * HOUR, True)], RAID, 3 * HOUR, 2),
    ([(0, True), (4 * MINUTE, False)], CHANNEL, HOUR, 0),
    ([(0, True), (6 * MINUTE, False)], CHANNEL, HOUR, 1),
    ([(n * MINUTE, n % 2 == 0) for n in range(60)], CHANNEL, HOUR, 0),
]


@pytest.mark.parametrize(("changes", "alarm", "until", "pages"), WATCHED)
def test_what_lasts_or_soon_comes_back_is_one_page(
    changes: list[tuple[Micros, bool]], alarm: Alarm, until: Micros, pages: int
) -> None:
    kept = watched(changes, alarm, until)
    assert len([one for one in kept if one.called_at is not None]) == pages


def test_a_raid_calls_at_once_and_a_channel_after_five_minutes() -> None:
    assert [one.called_at for one in watched([(0, True)], RAID, MINUTE)] == [NOON]
    assert [one.called_at for one in watched([(0, True)], CHANNEL, HOUR)] == [NOON + FAILING]


def test_a_restart_neither_forgets_nor_hastens_a_channel_that_fails() -> None:
    """A process that has just begun does not know yet that the channel fails."""
    before = look([], [CHANNEL], NOON)
    unsure = look(before, [], NOON + 10 * SECOND, sure=False)
    again = look(unsure, [CHANNEL], NOON + MINUTE)
    assert [one.called_at for one in again] == [None]
    assert [one.since for one in again] == [NOON]
    called_then = [one.called_at for one in look(again, [CHANNEL], NOON + FAILING)]
    assert called_then == [None], "it was not seen for four minutes, and begins anew"


AHEAD = [3 * DAY, 2 * HOUR]


@pytest.mark.parametrize("ahead", AHEAD)
@pytest.mark.parametrize("alarm", [RAID, CHANNEL], ids=["a raid", "a channel"])
def test_what_a_clock_that_was_ahead_raised_keeps_nobody_asleep_once_it_is_set_back(
    alarm: Alarm, ahead: Micros
) -> None:
    """As after a start without network time, with which nothing gets through either."""
    told = page(NOON + ahead + alarm.patience, NOON + ahead + HOUR, since=NOON + ahead, key=alarm.key)
    standing = look([told], [], NOON)
    for now in range(NOON + MINUTE, NOON + HOUR, 5 * SECOND):
        standing = look(standing, [alarm], now)
    (again,) = standing
    assert again.called_at == NOON + MINUTE + alarm.patience
    assert calls(again, [ONE], again.called_at)


@pytest.mark.parametrize("ahead", [MINUTE, 15 * MINUTE, 25 * MINUTE, HOUR])
def test_nobody_is_called_before_it_is_their_turn_by_a_clock_that_was_set_back(ahead: Micros) -> None:
    assert called(page(NOON + ahead), [ONE, TWO, THREE], NOON) == []


LATE = Waiting(replies=3, cost=300_000, since=NOON)
POOR = parse(RULES + b"pot: {total: 100, per_hour: 1, per_day: 10}\n", name="responses.yaml")


@pytest.mark.parametrize(
    ("paid", "late", "called_for"),
    [
        (1_000_000, LATE, 1),
        (950_000, LATE, 1),
        (900_000, LATE, 0),
        (1_000_000, None, 0),
        (1_000_000, replace(LATE, doubtful=3, doubtful_cost=300_000), 0),
    ],
)
def test_an_hours_money_is_gone_when_people_wait_and_not_one_can_be_paid(
    paid: int, late: Waiting | None, called_for: int
) -> None:
    purse = Purse(spent=paid, last_hour=paid, last_day=paid)
    assert len(waking.of_hour(purse, late, POOR)) == called_for
    assert waking.of_hour(replace(purse, opened_until=NOON), late, POOR) == []


def test_only_the_last_warning_of_the_pot_wakes_and_only_for_a_day() -> None:
    told = [(50, NOON), (80, NOON), (95, NOON)]
    assert [one.key for one in waking.of_warnings(told, rules(), NOON)] == [f"pot:{NOON}"]
    assert waking.of_warnings(told[:2], rules(), NOON) == []
    assert waking.of_warnings(told, rules(), NOON + DAY) == []


RESORTS = [
    ([ONE, "+33612345678"], "raid:1", 19, ()),
    ([ONE, "+33612345678"], "raid:1", 20, ("+33612345678",)),
    (["telegram:4711"], "raid:1", 0, ("telegram:4711",)),
    ([ONE, TWO, "+33612345678", "telegram:4711"], "raid:1", 30, ("+33612345678", "telegram:4711")),
    ([ONE, TWO, "+33612345678"], "channel:slack:out", 0, ("+33612345678",)),
    ([ONE, TWO], "raid:1", 90, ()),
]


@pytest.mark.parametrize(("wake", "key", "minutes", "due"), RESORTS)
def test_the_last_resort_comes_after_everybody_and_at_once_where_the_only_room_fails(
    wake: list[str], key: str, minutes: int, due: tuple[str, ...]
) -> None:
    now = NOON + minutes * MINUTE
    assert resorts(page(key=key, seen_at=now), wake, now, ["slack"]) == due
    assert resorts(page(key=key, seen_at=now, taken_by=ONE, taken_at=NOON), wake, now, ["slack"]) == ()
    if key.startswith("channel:"):  # the other room still calls people
        assert resorts(page(key=key, seen_at=now), wake, now, ["slack", "mattermost"]) == ()


def test_each_trouble_is_a_page_of_its_own() -> None:
    troubles = [Trouble("sms", half, "http_500", NOON) for half in ("in", "out")]
    found = waking.of_troubles(troubles)
    assert [(one.key, one.patience) for one in found] == [
        ("channel:sms:in", FAILING),
        ("channel:sms:out", FAILING),
    ]


@pytest.mark.parametrize("woken", ["@marie", "marie", "#feed", "0612345678", "tel:0612", "sms:+33612345678"])
def test_who_cannot_be_woken_is_refused_with_a_mend(woken: str) -> None:
    with pytest.raises(Misconfigured, match=r"(?s)organisers.*wake.*whom the room can mention.*Write an id"):
        parse(RULES + f'organisers: {{wake: ["{woken}"]}}\n'.encode(), name="responses.yaml", people=PEOPLE)


@pytest.mark.parametrize(
    "woken",
    [
        "U0ONE",
        "W0ONE",
        "S0TEAM",
        "a" * 26,
        "here",
        "tel:+33612345678",
        "telegram:4711",
        "letterbox:blue-door",
    ],
)
def test_whoever_can_be_woken_is_taken_also_where_no_channel_is_at_hand(woken: str) -> None:
    read = parse(RULES + f'organisers: {{wake: ["{woken}"]}}\n'.encode(), name="responses.yaml")
    assert read.organisers.wake == (woken.removeprefix("tel:"),)
