"""A server that is no provider: it answers whatever is asked alike."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.support.house import free_port


@asynccontextmanager
async def answering(status: int, body: str, kind: str = "text/html") -> AsyncIterator[str]:
    """A server that answers everything alike."""

    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, content_type=kind)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        await runner.cleanup()
