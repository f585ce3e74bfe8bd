"""One of several processes leads: nobody else while it lives, somebody else soon after it does not.

Behind PgBouncer in transaction mode, too, where a session's lock would stay with whichever connection it was
taken on.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnavailable
from bridge.store.books import ledger
from bridge.store.engine import connecting
from bridge.store.engine.lead import SILENCE, SURE, AmongSeveral, lead_of, somebody_leads
from bridge.store.engine.store import Store
from tests.support.pooler import POOLER, listening, pooler

PROMISED = 5.0
"""Seconds from a process's end to another one's lead."""

POOLED = pytest.param("pooled", marks=pytest.mark.skipif(POOLER is None, reason="PgBouncer is not installed"))


@pytest.fixture(params=["direct", POOLED])
def url(request: pytest.FixtureRequest, postgresql_url: str) -> Iterator[str]:
    """The server itself, and a pooler before it."""
    if request.param == "direct":
        yield postgresql_url
        return
    with TemporaryDirectory() as folder, pooler(postgresql_url, Path(folder)) as pooled:
        asyncio.run(listening(pooled))
        yield pooled


@pytest.fixture
async def two(url: str) -> AsyncIterator[tuple[AmongSeveral, AmongSeveral]]:
    """Two processes."""
    stores = Store(url), Store(url)
    first, second = map(AmongSeveral, stores)
    yield first, second
    for lead in (first, second):
        await lead.give_up()
    for store in stores:
        await store.close()


async def taken_over(by: AmongSeveral) -> float:
    """How long it took, in seconds."""
    begun = time.monotonic()
    while not by.held:
        assert time.monotonic() - begun < 2 * PROMISED, "nobody took over"
        await asyncio.sleep(await by.beat())
    return time.monotonic() - begun


async def beat(lead: AmongSeveral, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(await lead.beat())


async def test_one_leads_as_long_as_it_lives(two: tuple[AmongSeveral, AmongSeveral]) -> None:
    first, second = two
    await first.beat()
    await asyncio.gather(beat(first, 1.5 * SILENCE), beat(second, 1.5 * SILENCE))
    assert (first.held, second.held) == (True, False)


async def test_whoever_stops_hands_over_at_once(two: tuple[AmongSeveral, AmongSeveral]) -> None:
    first, second = two
    await first.beat()
    await first.give_up()
    assert not first.held
    assert await taken_over(second) < SILENCE


async def test_whoever_stands_still_is_taken_over_from_and_knows_it(
    two: tuple[AmongSeveral, AmongSeveral],
) -> None:
    first, second = two
    await first.beat()
    await second.beat()
    assert await taken_over(second) < PROMISED
    assert not first.held  # before anybody told it: by its own clock
    with pytest.raises(StoreUnavailable):
        await first.beat()
    await first.beat()
    assert (first.held, second.held) == (False, True)


async def test_the_open_transaction_holds_back_vacuum_for_no_longer_than_a_beat(
    url: str, two: tuple[AmongSeveral, AmongSeveral]
) -> None:
    first, _ = two
    store = Store(url)
    query = text(
        "SELECT coalesce(age(backend_xmin), 0), backend_xid FROM pg_stat_activity JOIN pg_locks USING (pid) "
        "WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    )

    async def held_back(connection: AsyncConnection) -> tuple[int, object]:
        row = (await connection.execute(query)).one()
        return row[0], row[1]

    await first.beat()
    for _ in range(9):
        await store.ping()
    before, _ = await store.read(held_back)
    await first.beat()
    now, own = await store.read(held_back)
    await store.close()
    assert (before >= 9, now <= 1, own) == (True, True, None)


def test_a_process_is_sure_for_less_long_than_the_server_waits() -> None:
    assert SURE < SILENCE < PROMISED


async def test_a_command_sees_whether_somebody_leads(
    url: str, two: tuple[AmongSeveral, AmongSeveral]
) -> None:
    first, second = two
    store = Store(url)
    assert not await store.read(somebody_leads)
    await first.beat()
    assert await store.read(somebody_leads)
    await second.beat()
    await first.give_up()
    async with asyncio.timeout(SILENCE):
        while await store.read(somebody_leads):
            await asyncio.sleep(0.05)
    await store.close()


async def test_of_a_file_there_is_one_process_and_it_leads(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    lead = lead_of(store)
    await lead.beat()
    assert lead.held
    await lead.give_up()
    await store.close()


async def test_what_a_process_that_stands_still_has_locked_is_let_go(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a transaction that holds the pot, which everybody needs."""
    monkeypatch.setitem(connecting.LONGEST_STANDSTILL_MS, "rempart run", 500)
    still, other = Store(url, serving=True), Store(url, serving=True)
    holds, frozen = asyncio.Event(), asyncio.Event()

    async def stand_still(connection: AsyncConnection) -> None:
        await ledger.take(connection)
        holds.set()
        await frozen.wait()
        await connection.execute(text("SELECT 1"))

    standing = asyncio.create_task(still.transact(stand_still))
    await holds.wait()
    async with asyncio.timeout(PROMISED):
        await other.transact(ledger.take)
    frozen.set()
    with pytest.raises(StoreUnavailable):
        await standing
    await still.close()
    await other.close()
