"""Bounds what a connection may make us hold: the server itself keeps any number of headers of any length.

A request is counted as its bytes come, body apart: request line, headers, what frames the parts of a chunked
body, trailers. Whoever sends more is told so, and nothing else is kept of it.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD = 32 * 1024
"""Bytes of a request beside its body; the providers' have about one thousand."""

_PIECE = 16 * 1024  # bytes parsed before they are counted again
_MOST_UNWANTED = 1024 * 1024  # bytes of a body or behind a refusal that are read to be polite
_DEEPEST = 8  # requests that may wait behind the one being answered: no provider and no proxy sends even one

_REFUSAL = b"The headers are larger than 32 KiB.\n"
_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: %d\r\nconnection: close\r\n\r\n%b" % (len(_REFUSAL), _REFUSAL)
)


class _TooMuch(Exception):
    """What the parser is stopped with."""


class MeasuredProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which counts what comes."""

    transport: asyncio.Transport
    _beside_body = 0
    _unwanted = 0
    _refused = False

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        for start in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            self._take(data[start : start + _PIECE])

    def _take(self, piece: bytes) -> None:
        if self._refused:
            self._pass_over(piece)
            return
        self._beside_body += len(piece)
        super().data_received(piece)
        if self._beside_body > LARGEST_HEAD:
            self._refuse()

    def on_headers_complete(self) -> None:
        """The headers are here; trailers, should any follow, are counted and nothing else."""
        if self._beside_body > LARGEST_HEAD and self._head() > LARGEST_HEAD:
            self._refuse()
            raise _TooMuch
        if len(self.pipeline) >= _DEEPEST:
            raise _TooMuch
        super().on_headers_complete()
        self.headers = []

    def on_body(self, body: bytes) -> None:
        """A part of the body is here; one that nobody will read is passed over, up to a point."""
        self._beside_body -= len(body)
        if self.cycle.response_complete:
            self._pass_over(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The last byte is here."""
        if self._beside_body > LARGEST_HEAD:
            self._refuse()
            raise _TooMuch
        self._beside_body = self._unwanted = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answers what cannot be parsed."""
        if not self._refused:
            super().send_400_response(msg)

    def _head(self) -> int:
        """The size of request line and headers, without the body that came in one piece with them."""
        return len(self.url) + sum(len(name) + len(value) + len(": \r\n") for name, value in self.headers)

    def _refuse(self) -> None:
        """Says why, once, and no more; what still comes is passed over: a reset would drop the answer."""
        if self._refused:
            return
        self._refused = True
        self.headers, self.url = [], b""
        under_way = self.cycle is not None and not self.cycle.response_complete
        if not (under_way and self.cycle.response_started):
            self.transport.write(_TOO_LARGE)
        if under_way:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.write_eof()

    def _pass_over(self, unwanted: bytes) -> None:
        self._unwanted += len(unwanted)
        if self._unwanted > _MOST_UNWANTED:
            self.transport.abort()
