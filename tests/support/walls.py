"""Servers that stand where a provider or a service is looked for, and are neither."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from tests.support.house import free_port


@asynccontextmanager
async def handled(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """A server that hands every call to one place; where it is."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def answering(
    status: int, body: str, kind: str = "text/html", headers: Mapping[str, str] | None = None
) -> AsyncIterator[str]:
    """A server that answers everything alike."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type=kind, headers=headers)

    async with handled(answer) as url:
        yield url
