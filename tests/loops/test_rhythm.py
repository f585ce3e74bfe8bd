"""The beat of a loop: nothing ends it but `stop`, and then the turn under way is ended first."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs

from bridge.errors import StoreUnavailable
from bridge.loops.rhythm import Loop
from bridge.model import DAY, SECOND
from bridge.ports import Unreachable
from tests.support.virtual_time import in_virtual_time, now

LONG = 3600.0
LOCKED = StoreUnavailable("The database cannot be used: of the test's own making.")


class Turns:
    """Does what it is told to, turn after turn; then there is nothing more to do."""

    def __init__(self, *script: float | BaseException) -> None:
        self.begun: list[float] = []
        """When each turn began."""
        self.done = asyncio.Event()
        self._script = list(script)

    async def turn(self) -> float:
        self.begun.append(now())
        if not self._script:
            self.done.set()
            return LONG
        told = self._script.pop(0)
        if isinstance(told, BaseException):
            raise told
        return told

    @property
    def rests(self) -> list[float]:
        """The seconds between one turn and the next."""
        return [round(later - earlier, 6) for earlier, later in pairwise(self.begun)]


@pytest.fixture(autouse=True)
def log() -> Iterator[list[Any]]:
    """What was reported."""
    with capture_logs() as lines:
        yield lines


@asynccontextmanager
async def running(loop: Loop) -> AsyncIterator[asyncio.Task[None]]:
    """A loop that runs, and ends when it is told to."""
    task = asyncio.create_task(loop.run())
    yield task
    loop.stop()
    await task


async def rested(*script: float | BaseException, patience: float = 0.0) -> list[float]:
    """How long a loop rests after each turn of a script."""
    turns = Turns(*script)
    async with running(Loop("test", turns.turn, patience=patience)):
        await turns.done.wait()
    return turns.rests


FAILURES = [LOCKED, ZeroDivisionError(), KeyError("x"), TimeoutError(), asyncio.CancelledError()]


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)
@in_virtual_time
async def test_no_exception_ends_a_loop(failure: BaseException) -> None:
    assert len(await rested(failure, 0.0, failure, failure)) == 4


@in_virtual_time
async def test_a_failure_is_reported_with_the_loops_name(log: list[Any]) -> None:
    turns = Turns(LOCKED, ZeroDivisionError())
    async with running(Loop("folding", turns.turn)):
        await turns.done.wait()
    weather, bug = log
    assert (weather["loop"], weather["log_level"], weather["why"]) == ("folding", "warning", str(LOCKED))
    assert (bug["loop"], bug["log_level"], bug["exc_info"]) == ("folding", "error", True)


@in_virtual_time
async def test_failures_in_a_row_are_followed_by_longer_and_longer_pauses() -> None:
    assert await rested(*[ZeroDivisionError()] * 8) == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]


@in_virtual_time
async def test_the_report_tells_the_pause_that_is_made(log: list[Any]) -> None:
    assert await rested(*[LOCKED] * 4) == [line["seconds"] for line in log]


@in_virtual_time
async def test_a_turn_that_succeeds_ends_the_growth_of_pauses() -> None:
    assert await rested(LOCKED, LOCKED, 0.0, LOCKED) == [0.2, 0.4, 0.0, 0.2]


AWAY = Unreachable("timeout")
PATIENTLY = Unreachable("rate_limited", retry_after=42 * SECOND)
FOR_A_DAY = Unreachable("rate_limited", retry_after=DAY)

PAUSES = [
    # patience, what the turns meet, the seconds until the next one
    (0.0, [AWAY] * 6, [0.2, 0.4, 0.8, 1.6, 3.2, 5.0]),
    (1.0, [AWAY] * 5, [1.0, 1.0, 1.0, 1.6, 3.2]),
    (900.0, [AWAY, AWAY], [900.0, 900.0]),
    (5.0, [PATIENTLY, AWAY, PATIENTLY], [42.0, 5.0, 42.0]),
    (900.0, [PATIENTLY], [900.0]),
    (5.0, [FOR_A_DAY, FOR_A_DAY], [600.0, 600.0]),
    (0.0, [AWAY, AWAY, 0.0, AWAY], [0.2, 0.4, 0.0, 0.2]),
    (7.0, [LOCKED, AWAY, LOCKED], [0.2, 7.0, 0.8]),
]


@pytest.mark.parametrize(("patience", "script", "rests"), PAUSES)
@in_virtual_time
async def test_a_provider_out_of_reach_is_left_alone_for_longer_and_as_long_as_it_asks(
    patience: float, script: list[float | BaseException], rests: list[float]
) -> None:
    assert await rested(*script, patience=patience) == rests


@in_virtual_time
async def test_a_provider_out_of_reach_is_reported_once_until_it_is_back(log: list[Any]) -> None:
    turns = Turns(AWAY, PATIENTLY, LOCKED, AWAY, 0.0, PATIENTLY)
    async with running(Loop("feed slack", turns.turn)):
        await turns.done.wait()
    told = [(line["loop"], line["code"], line["seconds"]) for line in log if "code" in line]
    assert told == [("feed slack", "timeout", 0.2), ("feed slack", "rate_limited", 42.0)]


@in_virtual_time
async def test_a_loop_tells_whether_its_provider_is_out_of_reach() -> None:
    told: list[bool] = []
    turns = Turns(0.0, AWAY, LOCKED, 0.0, LOCKED, AWAY)

    async def turn() -> float:
        told.append(loop.failing)
        return await turns.turn()

    loop = Loop("test", turn)
    async with running(loop):
        await turns.done.wait()
    assert told == [False, False, True, True, False, False, True]


@in_virtual_time
async def test_a_loop_rests_for_as_long_as_the_turn_says() -> None:
    assert await rested(0.7, 0.0, LONG, -1.0) == [0.7, 0.0, LONG, 0.0]


@in_virtual_time
async def test_a_loop_may_rest_before_its_first_turn() -> None:
    turns = Turns()
    async with running(Loop("test", turns.turn, first_rest=7.0)):
        await turns.done.wait()
    assert turns.begun == [7.0]


@in_virtual_time
async def test_a_loop_with_much_to_do_leaves_room_for_others() -> None:
    turns, others = Turns(*[0.0] * 100), Turns(*[0.0] * 100)
    async with running(Loop("one", turns.turn)), running(Loop("other", others.turn)):
        await turns.done.wait()
        assert len(others.begun) >= 99


@in_virtual_time
async def test_a_loop_that_rests_is_woken() -> None:
    turns = Turns(LONG, LONG)
    loop = Loop("test", turns.turn)
    async with running(loop):
        for _ in range(2):
            await asyncio.sleep(1)
            loop.wake()
        await turns.done.wait()
    assert turns.rests == [1.0, 1.0]


@in_virtual_time
async def test_a_wake_up_during_a_turn_is_not_lost() -> None:
    begun: list[float] = []

    async def turn() -> float:
        begun.append(now())
        await asyncio.sleep(2)
        return LONG

    loop = Loop("test", turn)
    async with running(loop):
        await asyncio.sleep(1)
        loop.wake()
        await asyncio.sleep(10)
    assert begun == [0.0, 2.0]


@in_virtual_time
async def test_followers_are_woken_when_something_was_done_and_only_then() -> None:
    follower, leader = Turns(LONG, LONG, LONG), Turns(0.0, 1.0, LOCKED, 0.5, 0.0)
    following = Loop("follower", follower.turn)
    async with running(following), running(Loop("leader", leader.turn, followers=[following])):
        await leader.done.wait()
    assert follower.begun == [0.0, 0.0, 1.7]


@in_virtual_time
async def test_stopping_lets_the_turn_under_way_end_and_begins_no_other() -> None:
    ended: list[float] = []

    async def turn() -> float:
        await asyncio.sleep(2)
        ended.append(now())
        return 0.0

    loop = Loop("test", turn)
    async with running(loop):
        await asyncio.sleep(1)
    assert ended == [2.0]


@pytest.mark.parametrize("last", [LONG, LOCKED], ids=["a rest", "a pause"])
@in_virtual_time
async def test_stopping_ends_a_rest_at_once_also_one_after_a_failure(last: float | BaseException) -> None:
    turns = Turns(last)
    async with running(Loop("test", turns.turn)):
        await asyncio.sleep(0.1)
    assert now() == pytest.approx(0.1)
    assert len(turns.begun) == 1


@in_virtual_time
async def test_a_loop_stopped_before_it_ran_takes_no_turn() -> None:
    turns = Turns()
    loop = Loop("test", turns.turn)
    loop.stop()
    await loop.run()
    assert turns.begun == []


@pytest.mark.parametrize("turn", [LONG, 0.0], ids=["in a turn", "in a rest"])
@in_virtual_time
async def test_cancelling_a_loop_ends_it_at_once(turn: float) -> None:
    async def take() -> float:
        await asyncio.sleep(turn)
        return LONG

    task = asyncio.create_task(Loop("test", take).run())
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert now() == 1.0
