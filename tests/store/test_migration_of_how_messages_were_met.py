"""Databases from before revision 0012: how messages were met is worked out, to the instant."""

from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.model import DAY, HOUR, SECOND
from bridge.store.engine.migrate import upgrade
from bridge.store.engine.store import Store
from bridge.store.engine.tables import decisions
from tests.support.clock import TestClock
from tests.support.events import Bridge, message
from tests.support.raiding import Scene, number, ordinary, paste


async def before(connection: AsyncConnection) -> None:
    """As the release before left it."""
    for column in ("posture", "first"):
        await connection.execute(text(f"ALTER TABLE decisions DROP COLUMN {column}"))
    await connection.execute(text("UPDATE alembic_version SET version_num = '0011'"))


async def met(scene: Scene) -> dict[str, Any]:
    """Of every decision: its posture, but for those that belong to a raid, and whether it was the first."""
    columns = (decisions.c[name] for name in ("event", "posture", "first", "raid"))
    rows = await scene.rows(select(*columns))
    return {row.event: ("raid" if row.raid else row.posture, row.first) for row in rows}


async def happened(scene: Scene) -> None:
    """A calm day, a raid in which others write, quiet, a shield, and somebody who writes again."""
    people = enumerate(ordinary()[:12], start=100)
    for pause in (0, 10):
        await scene.told([next(people), next(people)], pause=pause)
        await scene.told([*paste(range(6)), next(people), (0, "encore"), (0, "et encore")])
        scene.bridge.clock.pass_(DAY)
    await scene.told([next(people)])
    scene.bridge.clock.pass_(SECOND)
    await scene.act("shield", "", length=HOUR)
    await scene.told([next(people), (0, "toujours")], pause=0)
    await scene.bridge.tell(*(message(said, address=number(200)) for said in ("un", "deux")))
    await scene.bridge.fold()


@pytest.mark.parametrize("anybody", [True, False])
async def test_what_is_worked_out_is_what_would_have_been_written_down(
    store: Store, *, anybody: bool
) -> None:
    scene = Scene(Bridge(store, TestClock()))
    if anybody:
        await happened(scene)
    expected = await met(scene)
    await store.transact(before)
    await store.transact(lambda connection: connection.run_sync(partial(upgrade, to="0012")))
    assert await met(scene) == expected
