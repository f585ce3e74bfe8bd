"""Keeps to Telegram's limits, so that it need not remind us. Touches nothing but the clock that it is handed.

The limits: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from bridge.model import SECOND, Micros

OVER_ALL = 30
"""Messages in any second; to one chat it is one."""

LONGEST_WAIT = 3.0
"""Seconds that a message waits here; beyond it, it had better wait in the outbox."""

MOST_RESTING = 1024
"""Chats that are remembered as asking for rest."""

_WINDOW = 1.0


class Pace:
    """Lets messages go one by one; a chat that must rest holds up no other."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """`clock` tells seconds, and `sleep` lets them pass."""
        self._clock = clock
        self._sleep = sleep
        self._sent: deque[tuple[float, str]] = deque(maxlen=OVER_ALL)
        self._resting: dict[str, float] = {}

    async def turn(self, chat: str) -> Micros | None:
        """Returns when a message may leave for `chat`; or at once, with how long it would have to wait."""
        latest = self._clock() + LONGEST_WAIT
        while (ready := self._ready(chat)) > (now := self._clock()):
            if ready > latest:
                return round((ready - now) * SECOND)
            await self._sleep(ready - now)
        self._sent.append((now, chat))
        return None

    def rest(self, chat: str, length: Micros) -> None:
        """Telegram wants nothing more for `chat` until `length` has passed.

        It says so of a request, never of the bot as a whole: what is for other chats goes on.
        """
        now = self._clock()
        still = {whom: until for whom, until in self._resting.items() if until > now}
        if len(still) >= MOST_RESTING:
            del still[min(still, key=still.__getitem__)]
        self._resting = {**still, chat: now + length / SECOND}

    def _ready(self, chat: str) -> float:
        """From when on a message may leave for `chat`."""
        full = self._sent[0][0] + _WINDOW if len(self._sent) == OVER_ALL else 0.0
        own = max((at + _WINDOW for at, whom in self._sent if whom == chat), default=0.0)
        return max(full, own, self._resting.get(chat, 0.0))
