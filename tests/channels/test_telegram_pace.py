"""Telegram's limits: 30 messages a second over all, one a second for each chat; on a clock of our own."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import MINUTE, SECOND
from channels.telegram_bot.pace import LONGEST_WAIT, MOST_RESTING, OVER_ALL, Pace


class Time:
    """Passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Lets everybody else go first, and time stand still until they sleep too."""
        until = self.now + seconds
        await asyncio.sleep(0)
        self.now = max(self.now, until)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def pace(time: Time) -> Pace:
    return Pace(time, time.sleep)


async def test_the_first_message_leaves_at_once(pace: Pace, time: Time) -> None:
    assert await pace.turn("1") is None
    assert time.now == 1000


async def test_the_second_to_a_chat_waits_a_second_and_one_to_another_does_not(
    pace: Pace, time: Time
) -> None:
    await pace.turn("1")
    await pace.turn("2")
    assert time.now == 1000
    await pace.turn("1")
    assert time.now == 1001


async def test_thirty_leave_at_once_and_the_next_a_second_later(pace: Pace, time: Time) -> None:
    for chat in range(OVER_ALL):
        assert await pace.turn(str(chat)) is None
    assert time.now == 1000
    await pace.turn("another")
    assert time.now == 1001


async def test_who_would_wait_too_long_is_told_how_long_and_takes_no_turn(pace: Pace, time: Time) -> None:
    pace.rest("1", MINUTE)
    assert await pace.turn("1") == MINUTE
    time.now += 50
    assert await pace.turn("1") == 10 * SECOND
    time.now += 8
    assert await pace.turn("1") is None
    assert time.now == 1060


async def test_a_chat_that_rests_holds_up_no_other(pace: Pace, time: Time) -> None:
    pace.rest("1", MINUTE)
    assert [await pace.turn(chat) for chat in "2345"] == [None] * 4
    assert time.now == 1000


async def test_what_must_be_remembered_is_bounded(pace: Pace, time: Time) -> None:
    for chat in range(3 * MOST_RESTING):
        pace.rest(str(chat), MINUTE + chat)
    assert len(pace._resting) == MOST_RESTING
    assert await pace.turn(str(3 * MOST_RESTING - 1)) is not None
    time.now += 100
    pace.rest("1", SECOND)
    assert len(pace._resting) == 1


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(0, 0.4)), max_size=120))
async def test_no_second_ever_holds_more_than_it_may(asked: list[tuple[int, float]]) -> None:
    time = Time()
    pace = Pace(time, time.sleep)
    left: list[tuple[float, str]] = []

    async def send(chat: str) -> None:
        wait = await pace.turn(chat)
        if wait is None:
            left.append((time.now, chat))
        else:
            assert wait > LONGEST_WAIT * SECOND / 2

    sending = []
    for chat, pause in asked:
        sending.append(asyncio.create_task(send(str(chat))))
        await asyncio.sleep(0)
        time.now += pause
    await asyncio.gather(*sending)
    for start, _ in left:
        window = Counter(chat for at, chat in left if start <= at < start + 0.999)
        assert window.total() <= OVER_ALL
        assert max(window.values()) == 1
