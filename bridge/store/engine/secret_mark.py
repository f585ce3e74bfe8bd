"""Makes sure that a database is opened with the secret it was made with."""

import hmac

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import facts

_NAME = "secret"


async def recognise(connection: AsyncConnection, recognition_key: bytes) -> None:
    """Raises `Misconfigured` when another secret made this database: nothing in it could be opened."""
    mark = hmac.digest(recognition_key, b"this database", "sha256").hex()
    await connection.execute(insert_new(connection, facts, "name"), {"name": _NAME, "value": mark})
    stored = await connection.scalar(select(facts.c.value).where(facts.c.name == _NAME))
    if stored != mark:
        raise Misconfigured(
            "REMPART_SECRET is not the secret this database was made with: "
            "set the old one again, or point REMPART_DATABASE_URL at a new database."
        )
