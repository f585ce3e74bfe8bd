"""When replies leave: inside the hold, outside quiet hours, summer time or not."""

from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.heart.timing import due_at
from bridge.model import DAY, MINUTE, SECOND
from tests.support.clock import NOON
from tests.support.events import RULES, rules

PARIS = ZoneInfo("Europe/Paris")
QUIET = rules(RULES + b"quiet: {from: 22h, to: 8h}\n")
NOT_IN_TOKYO = rules(RULES + b"quiet: {from: 9h, to: 18h, zone: Asia/Tokyo}\n")


def at(written: str) -> int:
    return round(datetime.fromisoformat(written).replace(tzinfo=PARIS).timestamp()) * SECOND


def local(due: int, zone: ZoneInfo = PARIS) -> datetime:
    return datetime.fromtimestamp(due / SECOND, zone)


@given(st.integers(NOON, NOON + 400 * DAY), st.integers())
def test_no_reply_leaves_in_quiet_hours_on_any_day_of_the_year(now: int, seed: int) -> None:
    due = due_at(QUIET, now, Random(seed))
    assert 8 <= local(due).hour < 22
    assert due - now <= 11 * 60 * MINUTE + 45 * MINUTE + 60 * MINUTE


@given(st.integers(NOON, NOON + 400 * DAY), st.integers())
def test_without_quiet_hours_the_hold_alone_counts(now: int, seed: int) -> None:
    assert 10 * MINUTE <= due_at(rules(), now, Random(seed)) - now <= 45 * MINUTE


NIGHTS = [
    ("2026-11-21T21:55:00", "2026-11-22T08:00"),
    ("2026-11-21T23:30:00", "2026-11-22T08:00"),
    ("2026-11-22T03:00:00", "2026-11-22T08:00"),
    ("2026-10-24T23:00:00", "2026-10-25T08:00"),  # the clocks go back that night
    ("2027-03-27T23:00:00", "2027-03-28T08:00"),  # and forward in this one
]


@pytest.mark.parametrize(("night", "morning"), NIGHTS)
def test_a_nights_replies_leave_in_the_morning_by_the_clock_on_the_wall(night: str, morning: str) -> None:
    due = [due_at(QUIET, at(night), Random(seed)) for seed in range(300)]
    assert min(due) >= at(morning + ":00")
    assert max(due) <= at(morning + ":00") + 35 * MINUTE
    assert len(set(due)) > 250


TWICE = [("0:00", "2:30"), ("2:15", "2:45"), ("22:00", "3:00")]
"""Quiet hours that end, or lie, in the hour that the wall shows twice when the clocks go back."""


@pytest.mark.parametrize(("start", "end"), TWICE)
def test_an_hour_that_comes_twice_is_quiet_twice(start: str, end: str) -> None:
    quiet = rules(RULES + f'quiet: {{from: "{start}", to: "{end}"}}\n'.encode())
    assert quiet.quiet is not None
    night = at("2026-10-24T21:00:00")
    for seed in range(600):
        told = local(due_at(quiet, night + seed * MINUTE, Random(seed)))
        assert not quiet.quiet.holds(told.hour * 60 + told.minute), told


def test_quiet_hours_may_have_a_zone_of_their_own() -> None:
    due = due_at(NOT_IN_TOKYO, at("2026-11-21T01:30:00"), Random(1))  # 09:30 in Tokyo
    assert local(due, ZoneInfo("Asia/Tokyo")).hour >= 18
