"""Ends connections on which a request takes too long to arrive; the server itself would wait for ever.

And answers whoever has hung up their own end and still listens; the server itself would leave them without.

One slow timer a connection, and none a request: the server's own, for each rest between two requests, cost
a twentieth of the request.
"""

import asyncio
import math

from bridge.web.measure import MeasuredProtocol

SLOWEST_REQUEST = 10.0
"""Seconds in which a request must have arrived, headers and body: a trickle must not hold a connection."""

LONGEST_REST = 15.0
"""Seconds that a connection may rest between two requests."""


class PatientProtocol(MeasuredProtocol):
    """A protocol that knows since when a request has been arriving."""

    _arriving_since: float | None = None
    _resting_since: float | None = None
    _look: asyncio.TimerHandle | None = None
    _has_said_all = False

    @property
    def is_arriving(self) -> bool:
        """Whether a part of a request is here, or nothing at all since somebody connected."""
        return self._arriving_since is not None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        """Someone connected: the first request is on its way."""
        super().connection_made(transport)
        self._arriving_since = self.loop.time()
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing more will come."""
        if self._look is not None:
            self._look.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes came, of a request or of the empty lines that may stand before it."""
        if self._arriving_since is None:
            self._arriving_since, self._resting_since = self.loop.time(), None
        super().data_received(data)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio asks whether to keep our end open
        """They have closed their end: ours stays open for as long as they are owed an answer."""
        cycle = self.cycle
        self._has_said_all = cycle is not None and not (cycle.response_complete or cycle.more_body)
        return self._has_said_all

    def on_response_complete(self) -> None:
        """One request is answered, and perhaps the last. What the server does here, but for its timer."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
        else:
            self._resting_since = self.loop.time()
        if self._has_said_all and self.cycle.response_complete:
            self.transport.close()

    def on_message_begin(self) -> None:
        """The first byte of a request is here."""
        self._arriving_since = self.loop.time()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The last byte of a request is here."""
        super().on_message_complete()
        self._arriving_since = None
        if self.cycle.response_complete:  # answered before it was whole: only now it rests
            self._resting_since = self.loop.time()

    def _look_later(self) -> None:
        now = self.loop.time()
        self._look = self.loop.call_at(min(now + SLOWEST_REQUEST, self._until()), self._end_if_slow)

    def _until(self) -> float:
        """When to close the connection, unless something happens."""
        if self._arriving_since is not None:
            return self._arriving_since + SLOWEST_REQUEST
        return math.inf if self._resting_since is None else self._resting_since + LONGEST_REST

    def _end_if_slow(self) -> None:
        if self.loop.time() >= self._until():
            self.transport.close()
        else:
            self._look_later()
