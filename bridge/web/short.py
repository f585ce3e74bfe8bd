"""The short way of a webhook: a call that tells by itself what to store gets no task of its own.

A task a request, and the messages that a server and its application hand each other, cost more than reading,
checking and storing the call. Whatever is out of the ordinary goes the long way, through the application: a
method, a length or a signature that is refused unread, a body in chunks, a caller who waits to be told to go
on, or who does not read what it is answered.
"""

from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from bridge.model import Answer
from bridge.web.crowd import CountedProtocol
from bridge.web.webhooks import Promise, Webhooks


class ShortProtocol(CountedProtocol):
    """A connection whose calls go the short way where they can."""

    _coming: tuple[RequestResponseCycle, dict[str, str]] | None = None
    """A request that goes it once it is whole, with its headers."""

    def __init__(self, *arguments: object, door: Webhooks, **named: Any) -> None:
        """As uvicorn's; `door` is the application."""
        super().__init__(*arguments, **named)
        self._door = door

    def on_message_complete(self) -> None:
        """The last byte is here."""
        super().on_message_complete()
        coming, self._coming = self._coming, None
        if coming is not None:
            self._receive(*coming)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """The headers of the next request to answer are here, and perhaps all of it."""
        headers = None if self.flow.write_paused else self._door.short_way(cycle.scope)  # type: ignore[arg-type]
        if headers is None:
            super()._start_asgi_task(cycle, app)
        elif cycle.more_body:
            self._coming = cycle, headers
        else:
            self._receive(cycle, headers)

    def _receive(self, cycle: RequestResponseCycle, headers: dict[str, str]) -> None:
        told = self._door.receive(cycle.scope, headers, bytes(cycle.body))  # type: ignore[arg-type]
        if isinstance(told, Answer):
            self._reply(cycle, told)
            return
        self.tasks.add(told.stored)  # type: ignore[arg-type]  # what a stop waits for, and then cancels
        told.stored.add_done_callback(lambda _: self._stored(cycle, told))

    def _stored(self, cycle: RequestResponseCycle, promise: Promise) -> None:
        self.tasks.discard(promise.stored)
        self._reply(cycle, self._door.kept(promise))

    def _reply(self, cycle: RequestResponseCycle, answer: Answer) -> None:
        """Writes the answer in one piece, and goes on as uvicorn does after its own."""
        if cycle.disconnected or self.transport.is_closing():
            return
        self.transport.write(self._written(answer, last=not cycle.keep_alive))
        cycle.response_started = cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()

    def _written(self, answer: Answer, *, last: bool) -> bytes:
        parts = [STATUS_LINE[answer.status]]
        for name, value in self.server_state.default_headers:
            parts += [name, b": ", value, b"\r\n"]
        parts += [b"content-type: ", answer.content_type.encode(), b"\r\n"]
        for title, told in answer.headers.items():
            parts += [title.lower().encode(), b": ", told.encode(), b"\r\n"]
        end = b"\r\nconnection: close\r\n\r\n" if last else b"\r\n\r\n"
        parts += [b"content-length: %d" % len(answer.body), end, answer.body]
        return b"".join(parts)
