"""Whether a database can be moved, or be moved to. Every complaint begins with the name it goes by."""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, Table, inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import Misconfigured, RempartError, StoreUnusable
from bridge.noun import Noun
from bridge.store.books.keyring import ERASURES
from bridge.store.engine import belonging
from bridge.store.engine.belonging import IDENTITY
from bridge.store.engine.dialect import try_lock
from bridge.store.engine.migrate import revision, revisions
from bridge.store.engine.tables import KNOWN_BY, facts, pot
from bridge.store.engine.upkeep import service_connected
from bridge.store.engine.wrapping import WRAPPED_BY
from bridge.store.moving import mark
from bridge.store.moving.mark import Mark
from bridge.store.moving.rows import TABLES

ORIGIN, DESTINATION = "FROM", "TO"
"""As the command names them."""

SAME = "FROM and TO are the same database: name another one to move to."
_ELSE = "TO holds something already: name an empty database, or a file that is not there yet."


class Found(Noun):
    """What a database holds that is to be moved to."""

    mark: Mark | None
    blank: bool
    """Nothing was ever received there."""


async def look_at_origin(connection: AsyncConnection, recognition_key: bytes) -> Mark | None:
    """Where it stands in a move. Raises `RempartError` unless all of it can be moved now."""
    if not await try_lock(connection, "moving"):
        raise RempartError("FROM is being moved by another command: wait for its end.")
    await _is_left_alone(connection, ORIGIN)
    if not await connection.run_sync(_is_ours):
        raise Misconfigured("FROM is no database of Rempart: name the one that is to be moved.")
    await _has_newest_form(connection, ORIGIN)
    await _has_our_secret(connection, ORIGIN, recognition_key)
    return await mark.read(connection)


async def look_at_destination(connection: AsyncConnection, recognition_key: bytes) -> Found:
    """What stands there, while the origin is locked. Raises `RempartError` where nothing can be moved to."""
    if not await try_lock(connection, "moving"):
        raise Misconfigured(SAME)
    await _is_left_alone(connection, DESTINATION)
    if not await connection.run_sync(lambda found: inspect(found).get_table_names()):
        return Found(None, blank=True)
    if not await connection.run_sync(_is_ours):
        raise Misconfigured(_ELSE)
    await _has_newest_form(connection, DESTINATION)
    await _has_our_secret(connection, DESTINATION, recognition_key)
    return Found(await mark.read(connection), await _is_blank(connection))


def agree(ours: Mark | None, found: Found) -> Mark | None:
    """The mark under which the origin is moved; `None` where it was moved there before.

    Raises `Misconfigured` where either side belongs to another move.
    """
    theirs = found.mark
    together = ours is not None and theirs is not None and ours.move == theirs.move
    if ours is not None and ours.stage == mark.Stage.ARRIVING:
        raise Misconfigured("FROM holds half of a move: finish that one first.")
    if together and theirs is not None and theirs.stage == mark.Stage.ARRIVING:
        return ours
    if ours is not None and ours.stage == mark.Stage.GONE:
        if together:
            return None
        raise Misconfigured("FROM was moved already: move the database that goes on from it.")
    if not found.blank:
        raise Misconfigured(_why_not(theirs))
    return mark.new()


def _why_not(theirs: Mark | None) -> str:
    if theirs is None:
        return _ELSE
    return {
        mark.Stage.ARRIVING: "TO holds half of another move: finish that one, or name an empty database.",
        mark.Stage.GONE: "TO was moved to another database and still holds everything: remove it, or name an "
        "empty one.",
    }.get(theirs.stage, _ELSE)


async def _is_left_alone(connection: AsyncConnection, name: str) -> None:
    runs = await service_connected(connection)
    if runs:
        raise RempartError(f"A service is running on {name}: stop it first.")
    if runs is None:
        raise RempartError(
            f"The server of {name} does not show who uses it, and a service might be running on it: give the "
            "address of the server itself, not of a pooler."
        )


def _is_ours(connection: Connection) -> bool:
    return {*inspect(connection).get_table_names()} >= KNOWN_BY


async def _has_newest_form(connection: AsyncConnection, name: str) -> None:
    form = await connection.run_sync(revision)
    if form == revisions()[-1]:
        return
    if form in revisions():
        raise StoreUnusable(
            f"{name} has the tables of an older Rempart: point REMPART_DATABASE_URL at it and run "
            "`rempart mutes`, which brings it up to date; then begin again."
        )
    raise StoreUnusable(f"{name} has the tables of a newer Rempart: install that release first.")


async def _has_our_secret(connection: AsyncConnection, name: str, recognition_key: bytes) -> None:
    stored = await belonging.marked(connection)
    if stored is not None and stored != belonging.mark(recognition_key):
        raise Misconfigured(
            f"REMPART_SECRET is not the secret that {name} was made with: set that one, or name another "
            "database."
        )


async def _is_blank(connection: AsyncConnection) -> bool:
    """Whether it holds nothing but what every database holds from its first start on."""
    return not any([await connection.scalar(_anything(table)) for table in TABLES])


def _anything(table: Table) -> Select[tuple[int]]:
    query = select(1).select_from(table).limit(1)
    if table is facts:
        return query.where(facts.c.name.not_in(_EVERYWHERE))
    if table is pot:
        return query.where(or_(pot.c.total.is_not(None), pot.c.spent + pot.c.reserved + pot.c.inbound > 0))
    return query


_EVERYWHERE: Sequence[str] = (belonging.SECRET, IDENTITY, "ping", ERASURES, WRAPPED_BY)
