"""Makes sure that a database is opened with the secret it was made with."""

import hmac

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import facts

NAME = "secret"
"""The fact by which a database tells under which secret it was made."""

WRONG = (
    "REMPART_SECRET is not the secret this database was made with: "
    "set the old one again, or point REMPART_DATABASE_URL at a new database."
)


def mark(recognition_key: bytes) -> str:
    """What stands there: nobody can tell the secret from it."""
    return hmac.digest(recognition_key, b"this database", "sha256").hex()


async def recognise(connection: AsyncConnection, recognition_key: bytes) -> None:
    """Raises `Misconfigured` when another secret made this database: nothing in it could be opened."""
    ours = mark(recognition_key)
    await connection.execute(insert_new(connection, facts, "name"), {"name": NAME, "value": ours})
    if await stored(connection) != ours:
        raise Misconfigured(WRONG)


async def stored(connection: AsyncConnection) -> str | None:
    """The mark of the secret that made this database; `None` where nothing was sealed in it yet."""
    return await connection.scalar(select(facts.c.value).where(facts.c.name == NAME))
