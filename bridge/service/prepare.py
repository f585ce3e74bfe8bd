"""Makes a database ready at start: whole, newest form, right secret, not moved, nothing left *sending*."""

import asyncio

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreDamaged, StoreUnavailable, StoreUnusable
from bridge.loops.dispatch import recover
from bridge.ports import Clock
from bridge.privacy.secret import Keys
from bridge.store.engine.belonging import belong_to, identify, recognise
from bridge.store.engine.connecting import is_sqlite
from bridge.store.engine.migrate import migrate
from bridge.store.engine.store import Store
from bridge.store.engine.wrapping import wrapped_by
from bridge.store.moving.mark import run_here

_ATTEMPTS = 5
_PAUSE = 2.0  # seconds

log = structlog.get_logger("rempart.service")


async def prepare(store: Store, keys: Keys, clock: Clock, line: str = "") -> bool:
    """Whether the whole file was looked through: where not, that remains to be done while the service runs.

    `line`: whose database it is, where there are several. Raises `StoreUnusable` when it stays out of reach,
    `Misconfigured` for a wrong secret or another line's.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await _prepare(store, keys, clock, line)
        except StoreDamaged as error:
            raise StoreUnusable(str(error)) from error
        except StoreUnavailable as error:
            if not error.passing or attempt == _ATTEMPTS:
                raise StoreUnusable(f"{error} Check REMPART_DATABASE_URL, and what it points at.") from error
            log.warning("the database is not ready; trying again", why=str(error))
            await asyncio.sleep(_PAUSE)
    raise AssertionError  # the last attempt returned or raised


async def _prepare(store: Store, keys: Keys, clock: Clock, line: str) -> bool:
    examined = await store.examine_unless_as_left()
    await migrate(store)
    await store.transact(lambda connection: _recognise(connection, keys, line))
    doubtful = await recover(store, clock, alone=is_sqlite(store.url))
    if doubtful:
        log.warning("replies were cut off while being sent; they are in doubt", count=doubtful)
    return examined


async def examine_meanwhile(store: Store) -> None:
    """Looks through a file that was taken as it stood; what it finds is told, and ends all storing."""
    try:
        await store.examine_meanwhile()
    except StoreDamaged as error:
        log.error("the database is damaged: nothing is stored any more", why=str(error))  # noqa: TRY400
    except StoreUnavailable as error:
        log.warning("the database could not be looked through; the next start does", why=str(error))


async def _recognise(connection: AsyncConnection, keys: Keys, line: str) -> None:
    await recognise(connection, keys.recognition)
    await wrapped_by(connection, keys.sealing)
    await belong_to(connection, line)
    await identify(connection)
    await run_here(connection)
