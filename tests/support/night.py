"""A night in the room: fold, waking, board and feed on one turned clock, and Slack's stand-in over HTTP."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bridge.loops.feed import Feed
from bridge.loops.waking import Waking
from bridge.model import MINUTE, SECOND, Micros, Page
from bridge.ports import Unreachable
from bridge.raid.copies import SENDERS as COPIES
from bridge.responses import Responses
from bridge.service.alarms import Alarms
from bridge.service.board import Board
from bridge.store.books import pages
from bridge.store.engine.store import Store
from bridge.views import Trouble
from channels.slack.slack import Slack
from channels.standins.slack.standin import SlackStandIn
from tests.channels.slack_world import living
from tests.support.clock import TestClock
from tests.support.events import Bridge, message

PASTE = "Bonjour, toujours le même texte, et pour tout le monde."


class Night:
    """What runs in a process; `restart` is a new one on the same database."""

    def __init__(self, bridge: Bridge, room: Slack, standin: SlackStandIn) -> None:
        self.bridge, self.room, self.standin, self.clock = bridge, room, standin, bridge.clock
        self.troubles: list[Trouble] = []
        self.refused: str | None = None
        self.restart()

    @property
    def store(self) -> Store:
        """The database."""
        return self.bridge.store

    def restart(self) -> None:
        """Whatever was remembered and not stored is gone."""
        self.board = Board(
            self.store, self.clock, self._rules, dict, lambda: self.troubles, refused=lambda: self.refused
        )
        alarms = Alarms(self.clock, self._rules, lambda: self.troubles, lambda: self.refused)
        self.waking = Waking(self.store, self.clock, alarms)
        self.feed = Feed(self.store, self.room, self.clock, self.board.cards)

    def _rules(self) -> Responses:
        return self.bridge.folding.responses

    async def raid(self, people: int = COPIES, first: int = 0) -> None:
        """So many people paste the same."""
        texts = [message(PASTE, address=f"+336{20 + first + n:08d}", at=self.clock()) for n in range(people)]
        await self.bridge.tell(*texts)
        await self.bridge.fold()

    async def pass_(self, length: Micros, step: Micros = MINUTE) -> None:
        """Time goes by, and the loops take their turns."""
        until = self.clock() + length
        while self.clock() < until:
            await self.turn()
            self.clock.pass_(step)

    async def turn(self) -> None:
        """One look, and calls to the room until it shows all there is."""
        await self.waking.turn()
        with suppress(Unreachable):
            while await self.feed.turn() < 2:
                continue

    @property
    def mentions(self) -> list[str]:
        """Whom the room has told, in order."""
        return self.standin.mentions()

    async def pages(self) -> Sequence[Page]:
        """What is kept."""

        async def look(connection: AsyncConnection) -> Sequence[Page]:
            return await pages.standing(connection, self.clock())

        return await self.store.read(look)


@asynccontextmanager
async def night(store: Store, rules: bytes) -> AsyncIterator[Night]:
    """The room at noon, before anything has happened."""
    clock = TestClock()
    standin = SlackStandIn(now=lambda: datetime.fromtimestamp(clock() / SECOND, UTC))
    standin.limits.seconds_between_posts = 0
    standin.limits.per_minute = dict.fromkeys((1, 2, 3, 4), 10**9)
    async with living(standin=standin) as world:
        yield Night(Bridge(store, clock, rules), world.room, standin)
