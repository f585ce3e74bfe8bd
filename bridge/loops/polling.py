"""Polling: asks a channel for what is new, commits it, and only then moves on.

The cursor is stored after the commit: a crash in between asks again, and repeats change nothing.
"""

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.ports import Append, Polling
from bridge.store.engine.dialect import insert_new
from bridge.store.engine.store import Store
from bridge.store.engine.tables import facts


@dataclass(slots=True)
class Poller:
    """Takes turns asking one channel."""

    patience: ClassVar[float] = 5.0

    store: Store
    channel: Polling
    append: Append

    async def turn(self) -> float:
        """One question and its answer. Raises `Unreachable`."""
        cursor = await self.store.read(self._cursor)
        polled = await self.channel.poll(cursor)
        if polled.happenings:
            await self.append(polled.happenings)
        if polled.cursor != cursor:
            await self.store.transact(lambda connection: self._move(connection, polled.cursor))
        return 0.0

    async def _cursor(self, connection: AsyncConnection) -> str | None:
        cursor: str | None = await connection.scalar(select(facts.c.value).where(facts.c.name == self._name))
        return cursor

    async def _move(self, connection: AsyncConnection, cursor: str) -> None:
        await connection.execute(insert_new(connection, facts, "name"), {"name": self._name, "value": ""})
        await connection.execute(update(facts).where(facts.c.name == self._name).values(value=cursor))

    @property
    def _name(self) -> str:
        return f"cursor {self.channel.name}"
