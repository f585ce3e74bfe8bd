"""Ends connections on which a request takes too long to arrive; the server itself would wait for ever.

One slow timer a connection, and none a request: a timer for each would cost a tenth of the request.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

SLOWEST_REQUEST = 10.0
"""Seconds in which a request must have arrived, headers and body: a trickle must not hold a connection."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which knows besides since when a request has been arriving."""

    _arriving_since: float | None = None
    _look: asyncio.TimerHandle | None = None

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

    def on_message_begin(self) -> None:
        """The first byte of a request is here."""
        self._arriving_since = self.loop.time()
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """The last byte is."""
        self._arriving_since = None
        super().on_message_complete()

    def _look_later(self) -> None:
        self._look = self.loop.call_later(SLOWEST_REQUEST, self._end_if_slow)

    def _end_if_slow(self) -> None:
        since = self._arriving_since
        if since is not None and self.loop.time() - since >= SLOWEST_REQUEST:
            self.transport.close()
        else:
            self._look_later()
