"""Behind PgBouncer in transaction mode, each transaction may meet another connection of the server's."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store, _unavailable
from tests.support.pooler import POOLER, listening, pooler


async def note(connection: AsyncConnection) -> None:
    statement = (
        "INSERT INTO facts (name, value) VALUES (:name, 'x') ON CONFLICT (name) DO UPDATE SET value = 'y'"
    )
    for name in ("a", "b"):
        await connection.execute(text(statement).bindparams(name=name))


async def count(connection: AsyncConnection) -> int:
    query = text("SELECT count(*) FROM facts WHERE name = ANY(:names)").bindparams(names=["a", "b"])
    return int(await connection.scalar(query) or 0)


@pytest.mark.skipif(POOLER is None, reason="PgBouncer is not installed")
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
