"""Intake: what was acknowledged is committed, what failed was told, and nobody waits for ever."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.errors import StoreUnavailable
from bridge.loops.intake import LARGEST_BATCH, LONGEST_QUEUE, Intake
from bridge.loops.rhythm import Loop
from bridge.store.books.journal import Arrival
from tests.support.clock import TestClock
from tests.support.events import message
from tests.support.examples import examples
from tests.support.virtual_time import VirtualLoop, in_virtual_time, now


class Disk:
    """Commits after a while; some commits fail."""

    def __init__(self, failures: Sequence[bool] = (), pauses: Sequence[int] = ()) -> None:
        self.committed: list[str] = []
        self.batches: list[int] = []
        self._failures, self._pauses = list(failures), list(pauses)

    async def commit(self, arrivals: Sequence[Arrival]) -> None:
        for _ in range(self._pauses.pop() if self._pauses else 0):
            await asyncio.sleep(0)
        if self._failures and self._failures.pop():
            raise StoreUnavailable("The database cannot be used: of the test's own making.")
        self.batches.append(len(arrivals))
        self.committed.extend(arrival.what.provider_id for arrival in arrivals)


async def append(intake: Intake, name: str, pause: int) -> bool:
    for _ in range(pause):
        await asyncio.sleep(0)
    try:
        await intake.append([message(id_=name)])
    except StoreUnavailable:
        return False
    return True


async def all_appended(disk: Disk, pauses: Sequence[int]) -> list[bool]:
    intake = Intake(disk.commit, TestClock())
    loop = Loop("intake", intake.turn)
    intake.wake = loop.wake
    running = asyncio.create_task(loop.run())
    async with asyncio.timeout(20):
        told = await asyncio.gather(*(append(intake, f"SM{n}", pause) for n, pause in enumerate(pauses)))
    loop.stop()
    await running
    return told


@given(
    pauses=st.lists(st.integers(0, 12), max_size=60),
    failures=st.lists(st.booleans(), max_size=20),
    delays=st.lists(st.integers(0, 8), max_size=30),
)
@settings(max_examples=examples(150))
def test_every_append_is_told_the_truth_and_none_hangs(
    pauses: list[int], failures: list[bool], delays: list[int]
) -> None:
    disk = Disk(failures, delays)
    told = asyncio.run(all_appended(disk, pauses))
    assert sorted(disk.committed) == sorted(f"SM{n}" for n, stored in enumerate(told) if stored)


async def test_what_gathers_during_one_commit_shares_the_next() -> None:
    disk = Disk(pauses=[1] * 50)
    assert all(await all_appended(disk, [0] * 1000))
    assert max(disk.batches) > 100
    assert max(disk.batches) <= LARGEST_BATCH


async def test_a_commit_that_fails_is_told_to_everyone_in_it_and_the_next_goes_on() -> None:
    disk = Disk(failures=[False, True])
    assert await all_appended(disk, [0, 0, 0, 40]) == [False, False, False, True]


async def test_an_error_nobody_foresaw_is_told_too() -> None:
    async def broken(_arrivals: Sequence[Arrival]) -> None:
        raise ZeroDivisionError

    intake = Intake(broken, TestClock())
    waiting = asyncio.create_task(intake.append([message()]))
    await asyncio.sleep(0)
    await intake.turn()
    with pytest.raises(ZeroDivisionError):
        await waiting


async def test_a_queue_that_grows_too_long_turns_newcomers_away() -> None:
    disk = Disk()
    intake = Intake(disk.commit, TestClock())
    waiting = [asyncio.create_task(intake.append([message(id_=f"SM{n}")])) for n in range(LONGEST_QUEUE)]
    await asyncio.sleep(0)
    with pytest.raises(StoreUnavailable, match="Too much"):
        await intake.append([message()])
    while await intake.turn() == 0:
        pass
    await asyncio.gather(*waiting)
    assert len(disk.committed) == LONGEST_QUEUE


async def test_whoever_gives_up_waiting_disturbs_nobody() -> None:
    disk = Disk()
    intake = Intake(disk.commit, TestClock())
    impatient = asyncio.create_task(intake.append([message(id_="SM1")]))
    patient = asyncio.create_task(intake.append([message(id_="SM2")]))
    await asyncio.sleep(0)
    impatient.cancel()
    await intake.turn()
    await patient
    assert disk.committed == ["SM1", "SM2"]
    assert await intake.lull()


@in_virtual_time
async def test_in_a_rush_decisions_wait_for_a_second_at_most_however_busy_the_loop_is() -> None:
    loop, intake = asyncio.get_running_loop(), Intake(Disk().commit, TestClock())
    assert isinstance(loop, VirtualLoop)

    async def rush() -> None:
        while True:
            for _ in range(20):
                intake.appending([message()])
            loop.spend(0.05)
            await asyncio.sleep(0)

    rushing = asyncio.create_task(rush())
    begun = now()
    assert not await intake.lull()
    assert 0.9 < now() - begun < 1.1
    rushing.cancel()
