"""What a batch costs the database: one statement a table, however many effects it has."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, select

from bridge.store.engine.store import Store
from bridge.store.engine.tables import members
from tests.support.clock import TestClock
from tests.support.events import Bridge, message
from tests.support.raiding import PASTE, number, ordinary

MOST = 20

OF_THE_LOG = 6
"""The log's tree takes one; the first change of posture a key of the service's own, and an entry."""


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """The statements that the writing connection is given meanwhile."""
    given: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        given.append(statement)

    engine = store._writer.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield given
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
async def bridge(store: Store) -> Bridge:
    """A bridge on which a raid of copies is on already."""
    bridge = Bridge(store, TestClock())
    await bridge.tell(*[message(text, address=number(2_000 + n)) for n, text in enumerate(ordinary()[:50])])
    await bridge.fold()
    return bridge


async def test_a_batch_of_500_out_of_a_raid_takes_at_most_twenty_statements_and_those_of_the_log(
    bridge: Bridge,
) -> None:
    pasted = [message(f"{PASTE} {n % 20}", address=number(n % 400)) for n in range(500)]
    await bridge.tell(*pasted)
    with counted(bridge.store) as given:
        assert await bridge.folding._folded(500) == 500
    assert len(given) <= MOST + OF_THE_LOG, given
    joined = select(func.count(members.c.sender.distinct()))
    assert await bridge.store.read(lambda connection: connection.scalar(joined)) == 400


async def test_messages_of_hundred_strangers_are_stored_in_a_statement_a_table(store: Store) -> None:
    bridge = Bridge(store, TestClock())
    strangers = [message(address=number(n), id_=f"SM{n}") for n in range(100)]
    with counted(store) as given:
        await bridge.tell(*strangers)
    of_ours = [statement for statement in given if not statement.startswith(("BEGIN", "SET LOCAL"))]
    # Who was forgotten meanwhile, whose keys are known, new keys, those that count, the messages.
    assert len(of_ours) <= 5, of_ours
    with counted(store) as given:
        await bridge.tell(*strangers)
    assert len([statement for statement in given if statement.startswith("INSERT")]) == 1
    assert await bridge.fold() == 100
