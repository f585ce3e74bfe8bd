"""The loops together, where it takes more than one of them."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.card import Card
from bridge.model import HOUR, Progress
from bridge.service import pipeline
from bridge.service.pipeline import Duties, Pipeline
from bridge.store.engine.store import Store
from bridge.store.engine.tables import outbox
from tests.support.clock import TestClock
from tests.support.events import Bridge, keys, message, rules
from tests.support.house import until


async def no_cards() -> Sequence[Card]:
    return ()


async def test_a_call_that_a_dead_process_left_open_is_put_in_doubt_while_others_run(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With several processes nobody may say at the start that a call is not another's."""
    monkeypatch.setattr(pipeline, "RECOVER_EVERY", 0.05)
    clock = TestClock()
    bridge = Bridge(store, clock)
    await bridge.tell(message())
    await bridge.fold()

    async def begin(connection: AsyncConnection) -> None:
        await connection.execute(outbox.update().values(progress=Progress.SENDING, attempted_at=clock()))

    async def progress(connection: AsyncConnection) -> Any:
        return await connection.scalar(select(outbox.c.progress))

    async def doubted() -> bool:
        return bool(await store.read(progress) == Progress.IN_DOUBT)

    await store.transact(begin)
    clock.pass_(HOUR)
    working = Pipeline(store, keys(), clock, rules())
    working.start({}, Duties(no_cards))
    await until(doubted, "the call was put in doubt")
    await working.stop()
