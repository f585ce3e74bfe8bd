"""The pulse: a sign of life in the database twice a minute, so that later commands know until when we lived.

Only who can store has one. With each, what webhooks were answered since is written down, and whoever watches
us from outside is told.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.ports import Clock
from bridge.store.books import signs
from bridge.store.books.signs import Answered, Sign
from bridge.store.engine.store import Store
from bridge.views import Trouble

EVERY = 30.0
"""Seconds between two."""


@dataclass(slots=True)
class Pulse:
    """Beats while the service can store."""

    store: Store
    clock: Clock
    answered: Callable[[], Answered]
    """What webhooks were answered since this was asked last."""
    troubles: Callable[[], Sequence[Trouble]]
    """The halves of channels that do not work for this process."""
    tell: Callable[[], Awaitable[None]]
    """Tells whoever watches from outside that all is well; raises nothing."""
    _process: str = field(default_factory=lambda: token_hex(4))

    async def turn(self) -> float:
        """One beat. Raises `StoreUnavailable`, and then nobody is told."""
        await self.sign()
        await self.store.ping()
        await self.tell()
        return EVERY

    async def sign(self, *, stopped: bool = False) -> None:
        """Writes down that we live; or, the last time, that somebody stops us. Raises `StoreUnavailable`."""
        now, counts = self.clock(), self.answered()
        last = Sign(now, stopped, tuple(self.troubles()))

        async def work(connection: AsyncConnection) -> None:
            await signs.sign(connection, self._process, last)
            await signs.count(connection, counts, now)

        await self.store.transact(work)
