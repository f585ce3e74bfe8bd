"""Leading: of several processes on one database, one folds, polls and edits cards; the others stand by.

Who it is, the database alone says. What is appended and sent, every process appends and sends.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bridge.errors import StoreUnavailable
from bridge.store.engine.lead import Lead

log = structlog.get_logger("rempart.lead")


@dataclass(slots=True)
class Leading:
    """Takes the lead where nobody has it, keeps it, and notices when it is lost."""

    lead: Lead
    begin: Callable[[], None]
    """Begins what only one process does."""
    cease: Callable[[], Awaitable[None]]
    """Ends that, and stands by."""
    _leads: bool | None = None
    """`None` before the first turn."""

    async def turn(self) -> float:
        """One sign of life; returns the seconds until the next."""
        try:
            rest = await self.lead.beat()
        except StoreUnavailable:
            rest = self.lead.pause
        await self._adapt(leads=self.lead.held)
        return rest

    async def _adapt(self, *, leads: bool) -> None:
        if leads is self._leads:
            return
        self._leads = leads
        if leads:
            log.info("this process leads: it folds, polls and edits cards")
            self.begin()
        else:
            log.info("this process stands by: it receives and sends, and another one leads, or none")
            await self.cease()
