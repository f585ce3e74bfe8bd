"""The counts would tell: every harm that a run looks for is done here by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import Update, update

from bridge.model import EventId, Progress
from bridge.store.engine import tables
from bridge.store.engine.store import Store
from channels.standins.twilio.messages import OUTBOUND, Record
from tests.chaos import counts
from tests.chaos.counts import Counts
from tests.loops.sending import Scripted, accept, dispatching, held, replies
from tests.support.clock import TestClock
from tests.support.events import MAN, NUMBER, Bridge

NOTHING = dict.fromkeys(Counts.__slots__, 0)


def taken(sid: str) -> Record:
    """A reply as the provider has it."""
    return Record(OUTBOUND, NUMBER, MAN, "Un mot.", "queued", datetime(2026, 11, 21, tzinfo=UTC), sid)


async def answered(store: Store) -> tuple[Bridge, str]:
    """A house that has answered one man, and the id that the provider gave to the reply."""
    bridge = Bridge(store, TestClock())
    await held(bridge)
    dispatch = dispatching(bridge, Scripted(accept))
    await dispatch.turn()
    for call in list(dispatch.calls):
        await call
    (reply,) = await replies(bridge)
    return bridge, reply.message_id


HARMS: dict[str, tuple[list[str], list[str], Update | None, dict[str, int]]] = {
    "none": ([], [], None, {}),
    "lost": (["an event that nobody stored"], [], None, {"lost": 1}),
    "doubled": ([], ["SM2"], None, {"doubled": 1, "unrecorded": 1}),
    "in doubt": ([], [], update(tables.outbox).values(progress=Progress.IN_DOUBT), {"in_doubt": 1}),
    "unbalanced": ([], [], update(tables.pot).values(spent=tables.pot.c.spent + 5), {"unbalanced": 5}),
}


@pytest.mark.parametrize("harm", HARMS)
async def test_each_harm_is_counted(store: Store, harm: str) -> None:
    lost, more, change, expected = HARMS[harm]
    _, ours = await answered(store)
    if change is not None:
        await store.transact(lambda connection: connection.execute(change))
    counted = await _counted(store, lost, [taken(sid) for sid in (ours, *more)])
    figures = {name: getattr(counted, name) for name in Counts.__slots__}
    if harm == "in doubt":
        assert figures.pop("unbalanced") > 0  # a doubt keeps its reservation, and here it has none
    assert {**NOTHING, **figures} == {**NOTHING, **expected}
    assert counted.harmless == (harm == "none")


async def _counted(store: Store, lost: Sequence[str], records: Sequence[Record]) -> Counts:
    acknowledged = [EventId(one) for one in lost]
    return await store.read(lambda connection: counts.count(connection, acknowledged, records, 0))


@pytest.mark.parametrize("over", [0, 1])
async def test_money_over_the_limit_is_counted(store: Store, over: int) -> None:
    bridge, _ = await answered(store)
    (reply,) = await replies(bridge)
    limit = reply.price - over
    assert await store.read(lambda connection: counts.overspent(connection, limit)) == over
