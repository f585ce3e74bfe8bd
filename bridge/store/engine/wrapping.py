"""Which key wraps the senders' keys of a database, and how it is changed, a few rows at a time.

Each row tells by which key it is wrapped, and the database by which all are. While that is being changed it
tells so, and nobody runs it: what was cut off goes on where it was.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured, SealBroken, StoreUnusable
from bridge.privacy.sealing import unwrap, wrap, wrapping_id
from bridge.store.engine.dialect import insert_new, insert_or_replace
from bridge.store.engine.tables import facts, senders

WRAPPED_BY, WRAPPING = "wrapped by", "wrapping"
"""The facts: by which key all are wrapped; and by which they are being wrapped now."""

SLICE = 1_000
"""Rows that are wrapped anew in one transaction."""

UNDER_WAY = (
    "The key that wraps the senders' keys is being changed: call `rempart secret rotate` again, with the "
    "same settings. It goes on where it was cut off."
)
WRONG = (
    "REMPART_KEY is not the key that this database is wrapped by: name the file that `rempart secret rotate` "
    "told in REMPART_KEY_FILE; for a copy from before, the older key, or call `rempart secret rotate` again."
)


async def wrapped_by(connection: AsyncConnection, service_key: bytes) -> None:
    """Makes sure that a database is opened with the key that wraps it. Raises `Misconfigured`."""
    ours = wrapping_id(service_key)
    if await _told(connection, WRAPPED_BY) is None:
        await _try(connection, service_key)
        await connection.execute(insert_new(connection, facts, "name"), {"name": WRAPPED_BY, "value": ours})
    if await _told(connection, WRAPPING) is not None:
        raise Misconfigured(UNDER_WAY)
    if await _told(connection, WRAPPED_BY) != ours:
        raise Misconfigured(WRONG)


async def _try(connection: AsyncConnection, service_key: bytes) -> None:
    """Of a database that does not tell yet: it must open a key. Raises `Misconfigured`."""
    query = select(senders.c.id, senders.c.key).where(senders.c.key.is_not(None)).limit(1)
    row = (await connection.execute(query)).first()
    try:
        if row is not None:
            unwrap(service_key, row.key, row.id)
    except SealBroken as error:
        raise Misconfigured(WRONG) from error


async def is_wrapped_by(connection: AsyncConnection, service_key: bytes) -> bool:
    """Whether all are, and it is not being changed."""
    told = await _told(connection, WRAPPED_BY), await _told(connection, WRAPPING)
    return told == (wrapping_id(service_key), None)


async def begin(connection: AsyncConnection, fresh: bytes) -> None:
    """From now on nobody runs the database, until `end`."""
    await _tell(connection, WRAPPING, wrapping_id(fresh))


async def rewrap(connection: AsyncConnection, older: Mapping[str, bytes], fresh: bytes) -> int:
    """Wraps some more keys anew; returns how many, 0 once there is none left. Raises `StoreUnusable`."""
    query = select(senders.c.id, senders.c.key, senders.c.wrapped_by).where(_left(fresh))
    rows = (await connection.execute(query.order_by(senders.c.id).limit(SLICE))).all()
    if not rows:
        return 0
    statement = update(senders).where(senders.c.id == bindparam("who"))
    new = {"wrapped_by": wrapping_id(fresh)}
    again = [{"who": row.id, "anew": wrap(fresh, _opened(row, older), row.id)} for row in rows]
    await connection.execute(statement.values(key=bindparam("anew"), **new), again)
    return len(rows)


async def end(connection: AsyncConnection, fresh: bytes) -> None:
    """All are wrapped by it. Raises `StoreUnusable` where that is not so."""
    if await connection.scalar(select(func.count()).select_from(senders).where(_left(fresh))):
        raise StoreUnusable("The database was written to meanwhile: stop the service, and try again.")
    await _tell(connection, WRAPPED_BY, wrapping_id(fresh))
    await connection.execute(delete(facts).where(facts.c.name == WRAPPING))


def _opened(row: object, older: Mapping[str, bytes]) -> bytes:
    """A sender's key, by whichever of the keys at hand wraps it."""
    named = older.get(row.wrapped_by or "")  # type: ignore[attr-defined]
    for key in [named] if named else older.values():
        try:
            return unwrap(key, row.key, row.id)  # type: ignore[attr-defined]
        except SealBroken:
            continue
    raise StoreUnusable(
        "A key in the database is wrapped by none of the keys at hand: set the one that it was made with in "
        "REMPART_KEY_FILE, and try again. Nothing was lost."
    )


def _left(fresh: bytes) -> ColumnElement[bool]:
    other = or_(senders.c.wrapped_by.is_(None), senders.c.wrapped_by != wrapping_id(fresh))
    return senders.c.key.is_not(None) & other


async def _told(connection: AsyncConnection, name: str) -> str | None:
    value: str | None = await connection.scalar(select(facts.c.value).where(facts.c.name == name))
    return value


async def _tell(connection: AsyncConnection, name: str, value: str) -> None:
    statement = insert_or_replace(connection, facts, ("name",), ("value",))
    await connection.execute(statement, {"name": name, "value": value})
