"""Who does what only one of several processes may do: whoever holds a lock of the server's.

The lock belongs to a transaction that is kept open, and not to a session: so it holds behind a pooler, too.
It ends with that transaction: at once where the process dies, for its connection closes; after `SILENCE`
where the process stands still, or where the network between is cut, for the server ends what stands idle.
"""

import asyncio
import time
from contextlib import suppress
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.errors import StoreUnavailable
from bridge.store.engine import connecting, dialect, upkeep
from bridge.store.engine.store import Store

SILENCE = 3.5
"""Seconds without a sign of life after which the server lets another process lead."""

SURE = 3.0
"""Seconds after a sign of life for which a process knows that it still leads: fewer than the server waits."""

LEADING = "leading"
"""The name of the lock."""

BEAT = 0.5
"""Seconds between signs of life, and between attempts to take the lead."""

_FOR_EVER = 3600.0
_PATIENCE = 2.5  # seconds that the server may take to answer

_TAKE = text(
    "SELECT set_config('idle_in_transaction_session_timeout', :silence, true), "
    "pg_try_advisory_xact_lock(hashtext(:name))"
)


class Lead(Protocol):
    """What only one process does at a time, and whether it is this one."""

    @property
    def held(self) -> bool:
        """Whether this process leads, as far as it can be sure of that now."""

    pause: float
    """Seconds to wait after a beat that came to nothing."""

    async def beat(self) -> float:
        """Takes the lead where nobody has it, or says that this process is alive.

        Returns the seconds until the next. Raises `StoreUnavailable`, and then this process does not lead.
        """

    async def give_up(self) -> None:
        """Lets another process lead, at once."""


def lead_of(store: Store) -> Lead:
    """The lead among the processes on a database; of a file there is one process, and it leads."""
    return Alone() if connecting.is_sqlite(store.url) else AmongSeveral(store)


class Alone:
    """Where no other process can be."""

    held = True
    pause = _FOR_EVER

    async def beat(self) -> float:
        """There is nobody to tell."""
        return _FOR_EVER

    async def give_up(self) -> None:
        """There is nobody to take it."""


class AmongSeveral:
    """The lock on a server."""

    pause = BEAT

    def __init__(self, store: Store) -> None:
        """Dials nobody before the first beat."""
        self._engine = connecting.writing_engine(store.url, lambda: True, serving=True)
        name = dialect.lock_name(LEADING, connecting.schema_of(store.url))
        self._take = _TAKE.bindparams(silence=f"{SILENCE * 1000:.0f}ms", name=name)
        self._connection: AsyncConnection | None = None
        self._sure_until = 0.0

    @property
    def held(self) -> bool:
        """Whether this process leads, as far as it can be sure of that now."""
        return _now() < self._sure_until

    async def beat(self) -> float:
        """Takes the lead where nobody has it, or says that this process is alive."""
        begun = _now()
        try:
            async with asyncio.timeout(_PATIENCE):
                leads = await self._is_taken()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            await self._let_go()
            raise StoreUnavailable("The database cannot be used: it does not answer.") from error
        self._sure_until = begun + SURE if leads else 0.0
        return BEAT

    async def give_up(self) -> None:
        """Lets another process lead, at once."""
        await self._let_go()
        with suppress(SQLAlchemyError, OSError):
            await self._engine.dispose()

    async def _is_taken(self) -> bool:
        if self._connection is not None:
            await upkeep.show_life(self._connection)
            return True
        connection = await self._engine.connect()
        try:
            row = (await connection.execute(self._take)).one()
            if row[1]:
                self._connection = connection
        finally:
            if self._connection is not connection:
                await connection.close()
        return self._connection is not None

    async def _let_go(self) -> None:
        """A connection that the lock was held on is ended: what became of it may be unknown."""
        connection, self._connection, self._sure_until = self._connection, None, 0.0
        if connection is not None:
            with suppress(SQLAlchemyError, OSError, TimeoutError):
                async with asyncio.timeout(_PATIENCE):
                    await connection.invalidate()
                    await connection.close()


def _now() -> float:
    """Seconds; they go on while the machine sleeps, where the system can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


async def somebody_leads(connection: AsyncConnection) -> bool:
    """Whether a process holds the lead: then what is appended is folded without our help."""
    return not await dialect.try_lock(connection, LEADING)
