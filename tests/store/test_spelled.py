"""Statements that are spelled out once say, store and refuse what the library's own would."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Insert, Select, Table, bindparam, delete, event, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.store.engine.dialect import among_given, given
from bridge.store.engine.spelled import Put, Spelled, put_all
from bridge.store.engine.store import Store
from bridge.store.engine.tables import facts, metadata, outbox
from tests.support.clock import TestClock
from tests.support.events import Bridge, message
from tests.support.raiding import PASTE, number, ordinary
from tests.support.threads import ways_counted


@pytest.fixture
async def sqlite(sqlite_url: str) -> AsyncIterator[Store]:
    """A migrated file, with a connection at hand."""
    opened = Store(sqlite_url)
    await opened.ping()
    await opened.read(Spelled(lambda _c: select(facts)).rows)
    yield opened
    await opened.close()


@pytest.fixture
async def filled(store: Store) -> Store:
    """Rows of every kind of value: texts, bytes, truth, reasons."""
    bridge = Bridge(store, TestClock())
    await bridge.tell(*[message(said, address=number(100 + n)) for n, said in enumerate(ordinary()[:40])])
    await bridge.tell(*[message(PASTE, address=number(n)) for n in range(20)])
    await bridge.fold()
    return store


async def test_whatever_stands_in_a_table_is_read_as_the_library_reads_it(filled: Store) -> None:
    async def both(connection: AsyncConnection, table: Table) -> tuple[list[Any], list[Any]]:
        query = select(table).order_by(*table.primary_key)
        spelled = await Spelled(lambda _connection: query).rows(connection)
        return spelled, list((await connection.execute(query)).all())

    seen = 0
    for table in metadata.sorted_tables:
        ours, theirs = await filled.read(lambda connection, table=table: both(connection, table))  # type: ignore[misc]
        assert [one._asdict() for one in ours] == [dict(row._mapping) for row in theirs], table.name
        seen += bool(ours)
    assert seen > 8


async def test_it_is_made_once_for_an_engine_however_often_it_is_executed(store: Store) -> None:
    made = 0

    @Spelled
    def noting(_connection: AsyncConnection) -> Insert:
        nonlocal made
        made += 1
        return facts.insert()

    async def note(connection: AsyncConnection, *names: str) -> None:
        await noting.put(connection, [{"name": name, "value": name} for name in names])

    for names in (("one",), ("two", "three"), ()):
        await store.transact(lambda connection, names=names: note(connection, *names))  # type: ignore[misc]
    found = await store.read(lambda connection: connection.scalars(select(facts.c.name)))
    assert {"one", "two", "three"} <= set(found)
    assert made == 1


async def test_what_the_schema_refuses_is_told_as_the_library_tells_it(store: Store) -> None:
    noting = Spelled(lambda _connection: facts.insert())

    async def twice(connection: AsyncConnection) -> None:
        for said in ("this", "that"):
            await noting.put(connection, [{"name": "the same", "value": said}])

    with pytest.raises(IntegrityError) as told:
        await store.transact(twice)
    assert "that" not in str(told.value)  # what was to be stored is nobody's business
    same = select(facts).where(facts.c.name == "the same")
    assert await store.read(lambda connection: connection.scalar(same)) is None


async def test_whoever_listens_to_statements_hears_of_it(store: Store) -> None:
    heard: list[tuple[str, Any, bool]] = []

    def hear(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        heard.append((statement.split(maxsplit=1)[0], tuple(parameters[0] if many else parameters), many))

    @Spelled
    def known(connection: AsyncConnection) -> Select[Any]:
        wanted = among_given(connection.dialect.name, facts.c.name, "wanted")
        return select(facts.c.name).where(wanted, facts.c.value == "always")

    setting = Spelled(
        lambda _c: update(facts).where(facts.c.name == bindparam("its")).values(value=bindparam("to"))
    )

    async def work(connection: AsyncConnection) -> tuple[Any, Any]:
        wanted = given(connection.dialect.name, ["a"])
        await setting.put(connection, [{"its": "a", "to": "b"}])
        return wanted, await known.scalar(connection, wanted=wanted)

    event.listen(store._writer.sync_engine, "before_cursor_execute", hear)
    wanted, found = await store.transact(work)
    assert heard[-2:] == [("UPDATE", ("b", "a"), True), ("SELECT", (wanted, "always"), False)]
    assert found is None


async def test_whatever_a_batch_writes_takes_one_way_to_the_thread_of_sqlite(
    sqlite: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    noting = Spelled(lambda _c: facts.insert())
    ending = Spelled(lambda _c: delete(facts).where(facts.c.name == bindparam("its")))
    puts: list[Put] = [
        (noting, [{"name": name, "value": ""} for name in ("one", "two")]),
        (noting, []),
        (ending, [{"its": "one"}]),
        (noting, [{"name": "one", "value": "again"}]),
    ]
    ways = ways_counted(monkeypatch)
    await sqlite.transact(lambda connection: put_all(connection, puts))
    assert len(ways) == len(("begin", "all of them", "commit"))
    kept = select(facts.c.value).where(facts.c.name.in_(["one", "two"])).order_by(facts.c.name)
    assert list(await sqlite.read(lambda connection: connection.scalars(kept))) == ["again", ""]


async def test_a_list_whose_length_is_part_of_the_text_is_refused(store: Store) -> None:
    some = Spelled(lambda _connection: select(outbox.c.id).where(outbox.c.id.in_(["a", "b"])))
    with pytest.raises(TypeError, match="among_given"):
        await store.read(some.rows)
