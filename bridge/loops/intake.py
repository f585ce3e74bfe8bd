"""Intake: many appends share one commit, and none returns before it.

The loop drains whatever waits, commits, resolves the waiting futures, drains again. There is no
linger timer: while one commit runs, the next batch gathers by itself.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from bridge.errors import StoreUnavailable
from bridge.model import Happening
from bridge.noun import Noun
from bridge.ports import Clock
from bridge.store.books.journal import Arrival

LARGEST_BATCH = 512
"""Arrivals in one transaction: enough to make the commit cheap, few enough to keep it short."""

LONGEST_QUEUE = 20_000
"""Arrivals that may wait; beyond it a provider is told to come back rather than kept waiting."""

LONGEST_REST = 1.0
"""Seconds between looks at the queue, should a wake-up ever be lost."""

_MOMENT = 0.02  # seconds
_FEW = 10  # appends in a moment: five hundred a second leave time for everything
LONGEST_COURTESY = 1.0
"""Seconds: in a rush, what is acknowledged first can be decided later."""

Commit = Callable[[Sequence[Arrival]], Awaitable[None]]


class _Waiting(Noun):
    arrivals: tuple[Arrival, ...]
    done: asyncio.Future[None]


class Intake:
    """Gathers appends into batches, in order."""

    def __init__(self, commit: Commit, clock: Clock) -> None:
        """`commit` stores a batch for good."""
        self._commit = commit
        self._clock = clock
        self._queue: deque[_Waiting] = deque()
        self._appended = 0
        self._unanswered = 0
        self.shut: str | None = None
        """Why nothing will ever be stored here: then whoever calls is told at once to come back."""
        self.wake: Callable[[], None] = lambda: None
        """Called when something waits; the loop that takes turns puts itself here."""

    async def append(self, happenings: Sequence[Happening]) -> None:
        """Returns after COMMIT. Raises `StoreUnavailable`, and then nothing of it was stored."""
        await self.appending(happenings)

    def appending(self, happenings: Sequence[Happening]) -> asyncio.Future[None]:
        """Is done after COMMIT. Raises `StoreUnavailable`, at once or later, and then nothing was stored."""
        if self.shut is not None or len(self._queue) >= LONGEST_QUEUE:
            raise StoreUnavailable(self.shut or "Too much is waiting to be stored.")
        now = self._clock()
        done = asyncio.get_running_loop().create_future()
        self._appended += 1
        self._unanswered += 1
        self._queue.append(_Waiting(tuple([Arrival(what, now) for what in happenings]), done))
        self.wake()
        return done

    async def lull(self, longest: float = LONGEST_COURTESY) -> bool:
        """Returns once a moment brings few appends and few wait; false when a rush has lasted for `longest`.

        Providers that all wait for their answers append nothing: that is no lull.
        """
        loop = asyncio.get_running_loop()
        enough = loop.time() + longest  # by the clock: in a rush a moment takes much longer
        while loop.time() < enough:
            before = self._appended
            await asyncio.sleep(_MOMENT)
            if self._appended - before <= _FEW and self._unanswered <= _FEW:
                return True
        return False

    async def turn(self) -> float:
        """Commits one batch of what waits."""
        if not self._queue:
            return LONGEST_REST
        await self._one_batch()
        return 0.0

    async def _one_batch(self) -> None:
        batch = self._take()
        arrivals = [arrival for waiting in batch for arrival in waiting.arrivals]
        try:
            await self._commit(arrivals)
        except BaseException as error:  # told to everyone who waits, whatever it is
            _tell(batch, error)
            if not isinstance(error, Exception):
                raise
        else:
            _tell(batch, None)
        finally:
            self._unanswered -= len(batch)

    def _take(self) -> list[_Waiting]:
        batch: list[_Waiting] = []
        size = 0
        while self._queue and (not batch or size + len(self._queue[0].arrivals) <= LARGEST_BATCH):
            batch.append(self._queue.popleft())
            size += len(batch[-1].arrivals)
        return batch


def _tell(batch: Sequence[_Waiting], error: BaseException | None) -> None:
    for waiting in batch:
        if waiting.done.done():
            continue  # whoever waited has given up; what was stored stays stored
        if error is None:
            waiting.done.set_result(None)
        elif isinstance(error, Exception):
            waiting.done.set_exception(error)
        else:
            waiting.done.set_exception(StoreUnavailable("Storing was interrupted; try again."))
