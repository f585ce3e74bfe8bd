"""What the fold keeps in mind: had again from the journal, it decides as if it had never been lost."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnavailable
from bridge.model import DAY, HOUR, Message, Verdict
from bridge.raid.copies import SENDERS as COPIES
from bridge.raid.register import ABUSIVE
from bridge.simulate.scenarios import make
from bridge.store.books.memory import Memory, recall
from bridge.store.engine import connecting, dialect
from bridge.store.engine.store import Store
from tests.support import postgresql, sqlite
from tests.support.clock import TestClock
from tests.support.events import NUMBER, Bridge, keys, message
from tests.support.locks import locked
from tests.support.raiding import PASTE, Scene, insults, number, ordinary, paste


@pytest.fixture
def two_urls(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> tuple[str, str]:
    """Two databases of one engine."""
    if database_url.startswith("sqlite"):
        return database_url, sqlite.migrated(tmp_path / "other.db")
    server, template = (request.getfixturevalue(f"postgresql_{one}") for one in ("server", "template"))
    return database_url, postgresql.new_database(server, template)


@pytest.fixture
async def stores(two_urls: tuple[str, str]) -> AsyncIterator[tuple[Store, Store]]:
    """Two stores of one engine."""
    one, other = Store(two_urls[0]), Store(two_urls[1])
    yield one, other
    await one.close()
    await other.close()


def trace() -> Sequence[Message]:
    """A few hundred messages: ordinary people, then pastes, floods and insults among them."""
    told = make("weekend", seed=3, scale=0.008).messages
    return [Message("sms", one.id, NUMBER, one.sender, one.text, one.at) for one in told]


async def fold_all(store: Store, messages: Sequence[Message], *, together: int, restart: int) -> list[Any]:
    """Folds so many messages together, and begins anew after every `restart` batches.

    Returns what was decided. Who was doubtful for a moment may differ: the height is worked out anew, with
    what is usual now and not with what was then.
    """
    clock = TestClock(messages[0].at)
    bridge = Bridge(store, clock)
    for batch, start in enumerate(range(0, len(messages), together), start=1):
        some = messages[start : start + together]
        clock.now = some[-1].at
        await bridge.tell(*some)
        await bridge.fold()
        if batch % restart == 0:
            bridge = Bridge(store, clock)
    return [
        (row.event, row.verdict == Verdict.RAIDER, row.action, row.raid)
        for row in await Scene(bridge).decisions()
    ]


async def test_a_service_that_restarts_decides_like_one_that_never_stopped(
    stores: tuple[Store, Store],
) -> None:
    messages = trace()
    assert len(messages) > 300
    steady = await fold_all(stores[0], messages, together=9, restart=10**9)
    restarted = await fold_all(stores[1], messages, together=9, restart=4)
    assert restarted == steady
    judged = [raider for _, raider, *_ in steady]
    assert min(judged.count(True), judged.count(False)) > 30


async def remembered(bridge: Bridge) -> Memory:
    """What a new process would remember."""
    now, seed = bridge.clock(), keys().choices
    return await bridge.store.read(lambda connection: recall(connection, bridge.journal, seed, 0, now))


async def test_what_is_usual_here_counts_again_after_a_restart_before_anything_is_judged(
    store: Store,
) -> None:
    bridge = Bridge(store, TestClock())
    await bridge.tell(*(message(text, address=number(n)) for n, text in enumerate(ordinary()[:300])))
    await bridge.fold()
    register = (await remembered(bridge)).detector.register
    assert register.usual.seen + len(register.waiting) == 300
    assert register.usual.seen > 100
    assert register.bar(ABUSIVE) == register.usual.exceeded_by(ABUSIVE)


async def test_what_came_just_before_a_raid_does_not_count_as_usual_after_a_restart(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock()))
    await scene.told(enumerate(ordinary()[:10], start=1_000))
    await scene.told(enumerate(insults()))
    assert len(await scene.raids()) == 1
    usual = (await remembered(scene.bridge)).detector.register.usual
    memory = scene.bridge.folding.memory
    assert memory is not None
    assert usual.counts == memory.detector.register.usual.counts


async def test_somebody_who_wrote_several_times_in_one_batch_is_new_once(store: Store) -> None:
    """Or else one angry person would look like many, but only after a restart."""
    bridge = Bridge(store, TestClock())
    await bridge.tell(*(message(text) for text in list(insults())[:15]))
    await bridge.fold()
    memory = bridge.folding.memory
    assert memory is not None
    again = (await remembered(bridge)).detector.register
    assert (again.number, again.height) == (memory.detector.register.number, memory.detector.register.height)
    assert again.number == 1


async def test_a_false_alarm_is_remembered(store: Store) -> None:
    clock = TestClock()
    scene = Scene(Bridge(store, clock))
    await scene.told(paste(range(COPIES)))
    (raid,) = await scene.raids()
    await scene.act("false_alarm", raid.id)
    await Scene(Bridge(store, clock)).told(paste(range(100, 106)))
    assert {(await scene.sender(n)).verdict for n in range(100, 106)} == {Verdict.ORDINARY}


async def test_a_pause_a_raid_and_a_posture_are_remembered(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock()))
    await scene.told(paste(range(COPIES)))
    await scene.act("pause", "sms", length=HOUR)
    memory, again = scene.bridge.folding.memory, await remembered(scene.bridge)
    assert memory is not None
    assert (again.raid, again.stance, again.pauses) == (memory.raid, memory.stance, memory.pauses)
    assert again.raid is not None


async def test_what_waited_while_nothing_ran_is_decided_as_of_when_it_came(store: Store) -> None:
    """A process that is started days later looks back from the oldest message that waits."""
    scene = Scene(Bridge(store, TestClock()))
    await scene.told(paste(range(COPIES - 1)))
    await scene.act("pause", "sms", length=HOUR)
    await scene.bridge.tell(message(PASTE, address=number(99), at=scene.bridge.clock()))
    scene.bridge.clock.pass_(2 * DAY)
    later = Scene(Bridge(store, scene.bridge.clock))
    await later.bridge.fold()
    assert len(await later.raids()) == 1
    assert await later.replies(99) == []


@pytest.mark.parametrize("restart", [False, True])
async def test_what_is_older_than_a_day_tells_nothing_any_more(store: Store, *, restart: bool) -> None:
    scene = Scene(Bridge(store, TestClock()))
    await scene.told(paste(range(COPIES - 1)))
    scene.bridge.clock.pass_(DAY + HOUR)
    later = Scene(Bridge(store, scene.bridge.clock)) if restart else scene
    await later.told(paste([99]))
    assert await later.raids() == []
    memory = later.bridge.folding.memory
    assert memory is not None
    assert len(memory.detector.copies.window) == 1


async def test_texts_of_erased_people_are_passed_over_and_that_they_wrote_is_not(store: Store) -> None:
    scene = Scene(Bridge(store, TestClock()))
    await scene.told(paste(range(COPIES - 1)))
    await scene.store.transact(lambda connection: connection.execute(sql("UPDATE senders SET key = NULL")))
    again = Bridge(store, scene.bridge.clock)  # which remembers no keys
    detector = (await remembered(again)).detector
    assert not detector.copies.window
    assert detector.register.number == detector.copies.number == COPIES - 1


async def test_another_process_that_takes_over_knows_what_the_first_one_folded(postgresql_url: str) -> None:
    stores, clock = (Store(postgresql_url), Store(postgresql_url)), TestClock()
    one, other = (Scene(Bridge(store, clock)) for store in stores)
    for n in range(COPIES):
        await (one, other)[n % 2].told(paste([n]))
    (raid,) = await one.raids()
    assert {(await other.sender(n)).raid for n in range(COPIES)} == {raid.id}
    for store in stores:
        await store.close()


async def test_while_one_process_folds_another_does_not_and_forgets_what_it_knew(
    postgresql_url: str,
) -> None:
    stores, clock = (Store(postgresql_url), Store(postgresql_url)), TestClock()
    one, other = (Bridge(store, clock) for store in stores)
    await one.tell(message())
    await one.fold()
    await one.tell(message("encore"))

    async def meanwhile(connection: AsyncConnection) -> int:
        assert await dialect.try_lock(connection, "folding")
        return await one.folding.batch()

    assert await stores[1].transact(meanwhile) == 0
    assert one.folding.memory is None
    assert await other.fold() == 1
    for store in stores:
        await store.close()


async def test_a_batch_that_failed_is_forgotten_and_met_afresh(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A detector that was shown what was never stored would count it twice."""
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_MS", 50)
    store = Store(sqlite_url)
    scene = Scene(Bridge(store, TestClock()))
    await scene.told(paste(range(COPIES - 2)))
    await scene.bridge.tell(message(paste([9])[0][1], address=number(9), at=scene.bridge.clock()))
    async with locked(tmp_path / "rempart.db"):
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                await scene.bridge.folding.batch()
    assert await scene.bridge.fold() == 1
    assert await scene.raids() == []
    memory = scene.bridge.folding.memory
    assert memory is not None
    assert len(memory.detector.copies.window) == COPIES - 1
    await store.close()
