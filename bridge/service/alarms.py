"""What is the matter now: of what is stored, and of what the service knows of itself."""

from collections.abc import Callable, Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge import waking
from bridge.noun import Noun
from bridge.ports import Clock
from bridge.raid.posture import QUIET, is_open
from bridge.responses import Responses
from bridge.store.books import ledger
from bridge.store.looks import cards
from bridge.store.looks.waiting import waiting
from bridge.views import Trouble
from bridge.waking import Alarm


class Alarms(Noun):
    """Gathers what somebody must be woken for."""

    clock: Clock
    responses: Callable[[], Responses]
    """The rules in force."""
    troubles: Callable[[], Sequence[Trouble]]
    """The halves of channels that do not work."""
    refused: Callable[[], str | None]
    """Why the newest edit of the rules is not in force."""
    down: Callable[[], Collection[str]] = tuple
    """Other lines that do not run."""

    async def __call__(self, connection: AsyncConnection) -> Sequence[Alarm]:
        """As of now."""
        now, rules = self.clock(), self.responses()
        raids = [one for one in await cards.recent_raids(connection, now - QUIET) if is_open(one, now)]
        return [
            *waking.of_raids(one.id for one in raids),
            *waking.of_warnings(await ledger.warnings(connection), rules, now),
            *await self._of_hour(connection),
            *waking.of_troubles(self.troubles()),
            *waking.of_rules(self.refused()),
            *waking.of_lines(self.down()),
        ]

    async def _of_hour(self, connection: AsyncConnection) -> list[Alarm]:
        now = self.clock()
        purse, late = await ledger.load(connection, now), await waiting(connection, now)
        return waking.of_hour(purse, late, self.responses())
