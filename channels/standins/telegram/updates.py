"""The queue of updates: handed out from an offset on, forgotten below it, and after 24 hours in any case.

As https://github.com/tdlib/telegram-bot-api keeps it: an offset that cannot be ours is answered from the
beginning, and a call that waits is ended by a later one.
"""

import asyncio
from datetime import datetime, timedelta

from bridge.noun import Noun
from channels.standins.base import Now
from channels.standins.errors import ApiError
from channels.standins.telegram.bodies import Body
from channels.standins.telegram.errors import OTHER_POLLER, Problem
from channels.standins.telegram.faults import Faults

_KEPT = timedelta(hours=24)
_FUTURE = 10
_PAST = 100_000
_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


class Update(Noun):
    """One update, with what belongs to its delivery."""

    id: int
    chat: int
    kind: str
    body: Body
    at: datetime

    @property
    def json(self) -> Body:
        """As Telegram sends it."""
        return {"update_id": self.id, self.kind: self.body}


class Updates:
    """Those that the service has not confirmed yet."""

    def __init__(self, faults: Faults, now: Now, first_id: int) -> None:
        """`first_id`: where the ids begin."""
        self.allowed: frozenset[str] | None = None
        """The kinds that the service asked for; `None` for those that need no asking."""
        self.ever: dict[int, Update] = {}
        """All there ever were."""
        self._faults = faults
        self._now = now
        self._next_id = first_id
        self._waiting: dict[int, Update] = {}
        self._poller: asyncio.Future[None] | None = None

    def add(self, chat: int, kind: str, body: Body) -> Update:
        """Queues an update, unless the service does not want its kind."""
        update = Update(self._next_id, chat, kind, body, self._now())
        self._next_id += 1
        self.ever[update.id] = update
        if self._is_wanted(kind):
            self._waiting[update.id] = update
            self._wake()
        return update

    def renumber(self, next_id: int) -> None:
        """The ids go on from there, as they do after a quiet week."""
        self._next_id = next_id

    def pending(self, chat: int | None = None) -> list[Update]:
        """What waits, for one chat or for all, oldest first."""
        oldest = self._now() - _KEPT
        self._waiting = {id_: update for id_, update in self._waiting.items() if update.at > oldest}
        return [update for update in self._waiting.values() if chat in {None, update.chat}]

    def drop(self, id_: int) -> None:
        """It was taken."""
        self._waiting.pop(id_, None)

    def clear(self) -> None:
        """Everything that waits is forgotten."""
        self._waiting.clear()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Update]:  # noqa: ASYNC109 - Telegram's
        """From `offset` on, `limit` at most; waits `timeout` seconds for the first. Raises `ApiError`."""
        found = self._from(offset, limit)
        if not found and timeout > 0:
            await self._wait(timeout)
            found = self._from(offset, limit)
        if self._faults.shuffle is not None:
            self._faults.shuffle.shuffle(found)
        return found

    def interrupt(self, problem: Problem) -> None:
        """Ends the call that waits, if one does."""
        poller, self._poller = self._poller, None
        if poller is not None and not poller.done():
            poller.set_exception(ApiError(problem))

    async def _wait(self, timeout: float) -> None:  # noqa: ASYNC109 - Telegram's
        self.interrupt(OTHER_POLLER)
        poller = self._poller = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(timeout):
                await poller
        except TimeoutError:
            return

    def _from(self, offset: int, limit: int) -> list[Update]:
        if self._faults.forgetful > 0 and self.ever:
            self._faults.forgetful -= 1
            return list(self.ever.values())[:limit]
        waiting = self.pending()
        if offset < 0:
            offset = self._next_id + offset
        first = waiting[0].id if waiting else self._next_id
        if not first - _PAST <= offset <= self._next_id - 1 + _FUTURE:
            return waiting[:limit]
        self._waiting = {update.id: update for update in waiting if update.id >= offset}
        return list(self._waiting.values())[:limit]

    def _is_wanted(self, kind: str) -> bool:
        return kind not in _ON_REQUEST if self.allowed is None else kind in self.allowed

    def _wake(self) -> None:
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(None)
