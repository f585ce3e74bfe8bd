"""The stories of the newest messages, on both engines."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.explaining.stories import Story, stories_of
from bridge.model import MINUTE, Action, Progress
from bridge.noun import asdict
from bridge.reasons import Why, because
from bridge.store.engine.store import Store
from bridge.store.engine.tables import events
from tests.support.clock import TestClock
from tests.support.events import MAN, Bridge, message


async def stories(store: Store, limit: int = 10) -> list[Story]:
    """Of the newest messages."""

    async def work(connection: AsyncConnection) -> list[Story]:
        newest = select(events.c.id).where(events.c.kind == "message").order_by(events.c.seq.desc())
        return await stories_of(connection, (await connection.scalars(newest.limit(limit))).all())

    return await store.read(work)


async def test_a_message_is_told_before_it_is_folded(store: Store) -> None:
    clock = TestClock()
    await Bridge(store, clock).tell(message())
    (story,) = await stories(store)
    assert (story.place, story.digest, story.decided, story.replied) == (None, None, None, None)
    assert (story.channel, story.received_at) == ("sms", clock.now)


async def test_a_folded_message_has_its_place_its_decision_and_its_held_reply(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await bridge.tell(message())
    await bridge.fold()
    (story,) = await stories(store)
    assert story.decided is not None
    assert story.replied is not None
    assert (story.place, len(story.digest or "")) == (1, 64)
    assert (story.decided.action, story.decided.rule) == (Action.REPLIED, "first")
    assert story.decided.reasons == (because(Why.FIRST_MESSAGE),)
    assert story.replied.progress is Progress.HELD
    assert story.replied.due_at >= story.received_at + 10 * MINUTE


async def test_a_silent_decision_has_no_reply(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await bridge.tell(message("STOP"))
    await bridge.fold()
    (story,) = await stories(store)
    assert story.decided is not None
    assert (story.decided.action, story.replied) == (Action.SILENT, None)


async def test_the_newest_come_first_and_none_that_was_not_asked_for(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    for _ in range(4):
        await bridge.tell(message())
    await bridge.fold()
    assert [story.place for story in await stories(store, 3)] == [4, 3, 2]


async def test_neither_number_nor_text_is_told(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    await bridge.tell(message("un mot doux"))
    await bridge.fold()
    (story,) = await stories(store)
    told = repr(asdict(story))
    assert MAN not in told
    assert "doux" not in told
    assert "mot." not in told
