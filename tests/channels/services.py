"""Small servers for tests: one that records what a provider posts, one that answers with chosen bytes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from bridge.model import Call
from bridge.ports import Webhook
from channels.standins.serving import LocalServer


@dataclass(frozen=True)
class Posted:
    """One request that a provider made."""

    url: str
    headers: Mapping[str, str]
    form: dict[str, str]

    def is_signed(self, token: str) -> bool:
        """What the SDK says of its signature."""
        signature = self.headers["x-twilio-signature"]
        return bool(RequestValidator(token).validate(self.url, self.form, signature))


@dataclass
class Recorder:
    """A service that takes note of what it is told, and answers `status`."""

    status: int = 200
    posted: list[Posted] = field(default_factory=list)
    url: str = ""

    async def take(self, request: Request) -> Response:
        """Any POST."""
        form = dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        self.posted.append(Posted(str(request.url), dict(request.headers), form))
        return Response(status_code=self.status)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Recorder"]:
        """Serves at `url` meanwhile."""
        server = LocalServer()
        self.url = await server.start(Starlette(routes=[Route("/{path:path}", self.take, methods=["POST"])]))
        try:
            yield self
        finally:
            await server.close()


@asynccontextmanager
async def fronting(
    webhooks: Mapping[str, Webhook], clock: Callable[[], int] = lambda: 0
) -> AsyncIterator[str]:
    """Puts a channel's webhooks on HTTP, as the service does; yields the base URL. Calls come in by `clock`.

    The webhooks may be added later: a channel wants to know this URL first.
    """

    async def take(request: Request) -> Response:
        call = Call(
            method=request.method,
            path=request.url.path,
            query=request.url.query,
            headers=dict(request.headers),
            body=await request.body(),
            arrived_at=clock(),
        )
        answer = await webhooks[call.path](call)
        return Response(answer.body, answer.status, headers={"content-type": answer.content_type})

    server = LocalServer()
    url = await server.start(Starlette(routes=[Route("/{path:path}", take, methods=["POST"])]))
    try:
        yield url
    finally:
        await server.close()


@dataclass
class Canned:
    """Answers every connection with the same bytes, then closes it without a word."""

    answer: bytes
    connections: int = 0
    received: bytes = b""
    """The newest request."""
    url: str = ""

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, whose body is short enough to come in one piece."""
        self.connections += 1
        self.received = await reader.read(64 * 1024)
        writer.write(self.answer)
        writer.close()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Canned"]:
        """Serves at `url` meanwhile."""
        server = await asyncio.start_server(self.take, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with server:
            yield self
