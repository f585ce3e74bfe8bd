"""Makes sure that a database is opened by the line whose it is: what one decides by concerns no other."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.tables import facts

NAME = "line"
"""The fact by which a database tells it; there is none while there was only ever one line without a name."""


async def belong_to(connection: AsyncConnection, line: str) -> None:
    """Marks a database as a line's. Raises `Misconfigured` where it is another one's.

    Whoever has one line again, without a name, goes on with whichever database is named.
    """
    if not line:
        return
    await connection.execute(insert_new(connection, facts, "name"), {"name": NAME, "value": line})
    owner = await connection.scalar(select(facts.c.value).where(facts.c.name == NAME))
    if owner != line:
        raise Misconfigured(
            f"The database that the line {line} would use is that of the line {owner}: give the lines the "
            "names that they had, and put the one first that was."
        )
