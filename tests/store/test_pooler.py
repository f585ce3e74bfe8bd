"""Behind PgBouncer in transaction mode, each transaction may meet another connection of the server's."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store, _unavailable
from bridge.store.engine.tables import facts
from tests.support.house import opened, until
from tests.support.pooler import POOLER, listening, pooler

POOLED = pytest.mark.skipif(POOLER is None, reason="PgBouncer is not installed")


async def note(connection: AsyncConnection) -> None:
    statement = (
        "INSERT INTO facts (name, value) VALUES (:name, 'x') ON CONFLICT (name) DO UPDATE SET value = 'y'"
    )
    for name in ("a", "b"):
        await connection.execute(text(statement).bindparams(name=name))


async def count(connection: AsyncConnection) -> int:
    query = text("SELECT count(*) FROM facts WHERE name = ANY(:names)").bindparams(names=["a", "b"])
    return int(await connection.scalar(query) or 0)


@POOLED
async def test_everything_works_behind_a_pooler(empty_postgresql_url: str) -> None:
    with TemporaryDirectory() as folder, pooler(empty_postgresql_url, Path(folder)) as pooled:
        await listening(pooled)
        store = Store(pooled)
        await migrate(store)
        await asyncio.gather(
            *(store.transact(note) for _ in range(30)), *(store.read(count) for _ in range(30))
        )
        assert await store.read(count) == 2
        await store.close()


@POOLED
async def test_what_another_client_leaves_on_the_servers_connections_is_none_of_ours(
    empty_postgresql_url: str,
) -> None:
    """As pg_dump does, by which copies are made: it names every table in full, and looks nowhere else."""
    with TemporaryDirectory() as folder, pooler(empty_postgresql_url, Path(folder)) as pooled:
        await listening(pooled)
        store = Store(pooled)
        await migrate(store)
        await asyncio.gather(*(leave_traces(pooled) for _ in range(3)))
        await asyncio.gather(
            *(store.transact(note) for _ in range(10)), *(store.read(count) for _ in range(10))
        )
        assert await store.scrub([facts])
        await store.close()
        await asyncio.gather(*(leave_traces(pooled) for _ in range(3)))
        later = Store(pooled)
        await migrate(later)  # such as the next start
        assert await later.read(count) == 2
        await later.close()


async def leave_traces(url: str) -> None:
    """On one of the server's connections, each on another one where several do so at once."""
    other = await asyncpg.connect(url, statement_cache_size=0)
    await other.fetch("SELECT set_config('search_path', '', false), pg_sleep(0.3)")
    await other.close()


@POOLED
async def test_a_whole_service_works_behind_a_pooler(empty_postgresql_url: str, tmp_path: Path) -> None:
    people = [f"+336{12_345_678 + 1_234_567 * n:08}" for n in range(12)]
    with TemporaryDirectory() as folder, pooler(empty_postgresql_url, Path(folder)) as pooled:
        await listening(pooled)
        async with opened(pooled, tmp_path) as house:
            told = await asyncio.gather(*(house.provider.text(one, "Bonsoir") for one in people))

            async def all_answered() -> bool:
                return len(house.provider.sent) >= len(people)

            await until(all_answered, "everybody was answered")
            await house.folded()
    assert {status for status, _ in told} == {200}
    assert sorted(sent.to for sent in house.provider.sent) == people


class Said(Exception):
    """What a database says: a code of its own, and prose."""

    def __init__(self, prose: str, sqlstate: str | None = None) -> None:
        super().__init__(prose)
        self.sqlstate = sqlstate


SENTENCES: list[tuple[Said, str]] = [
    (Said('database "rempart" does not exist', "3D000"), "the database does not exist"),
    (Said('prepared statement "__asyncpg_1__" does not exist', "26000"), "a pooler in between"),
    (Said('prepared statement "__asyncpg_1__" already exists', "42P05"), "a pooler in between"),
    (Said("password authentication failed", "28P01"), "the name or the password"),
    (Said('role "me" does not exist', "28000"), "the name or the password"),
    (Said('relation "facts" does not exist', "42P01"), "its tables are not those"),
    (Said('cursor "c" does not exist', "34000"), "it does not answer"),
    (Said("function f() does not exist", "42883"), "it does not answer"),
    (Said('tablespace "t" does not exist', "42704"), "it does not answer"),
    (Said("server closed the connection: reason 'x' does not exist"), "it does not answer"),
]


@pytest.mark.parametrize(("said", "sentence"), SENTENCES, ids=str)
def test_what_is_wrong_is_told_by_the_servers_code_before_its_prose(said: Said, sentence: str) -> None:
    assert sentence in str(_unavailable(said))
