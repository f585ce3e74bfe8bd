"""Serves a stand-in on a free local port, in the loop that is running.

uvicorn's protocol does the HTTP; its server is left out, for it wants the process's signals, and takes its
time to stop. Where WebSockets are spoken, aiohttp serves.
"""

import asyncio
import socket
import struct

import uvicorn
from aiohttp import web
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from channels.standins.faults import HANGS, RESETS, Fault

_RESET_AT_CLOSE = struct.pack("ii", 1, 0)
_LAST_WORDS_SECONDS = 1
_LAST_WORDS_IN_SOCKETS_SECONDS = 0.2


class LocalServer:
    """One ASGI application at `http://127.0.0.1:<port>` until it is closed."""

    def __init__(self) -> None:
        """Nothing is bound before `start`."""
        self._state = ServerState()
        self._server: asyncio.Server | None = None

    async def start(self, app: ASGIApp) -> str:
        """Binds a free port; returns the base URL, without a slash at the end."""
        config = uvicorn.Config(app, lifespan="off", ws="none", log_config=None, access_log=False)
        listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._server = await asyncio.get_running_loop().create_server(
            lambda: HttpToolsProtocol(config, self._state, {}), sock=listener
        )
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    async def close(self) -> None:
        """Cuts what is still open, so that a request left hanging does not delay the end."""
        if self._server is None:
            return
        self._server.close()
        for transport in self._transports():
            transport.abort()
        if self._state.tasks:
            _, late = await asyncio.wait(set(self._state.tasks), timeout=_LAST_WORDS_SECONDS)
            for task in late:
                task.cancel()
        await self._server.wait_closed()
        self._server = None

    async def go_wrong(self, fault: Fault, request: Request, status: int = 200) -> Response | None:
        """What becomes of an answer on its way; `None` where the provider itself has an error for it.

        `status` is that of the answer which is lost.
        """
        if fault in RESETS and request.client is not None:
            self._reset((request.client.host, request.client.port))
        if fault in HANGS | RESETS:
            return await _nobody_left(request)
        return _odd(fault, status)

    def _reset(self, client: tuple[str, int]) -> None:
        """Resets the connection of the caller at `client`, as a network fault would."""
        for transport in self._transports():
            if transport.get_extra_info("peername") == client:
                _reset(transport)

    def _transports(self) -> list[asyncio.Transport]:
        return [connection.transport for connection in self._state.connections]


def _reset(transport: asyncio.Transport) -> None:
    """With lingering switched off, closing sends RST in place of FIN."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
    transport.abort()


async def _nobody_left(request: Request) -> Response:
    """Waits until the caller is gone; what is answered then reaches nobody."""
    while (await request.receive())["type"] != "http.disconnect":
        continue
    return Response()


def _odd(fault: Fault, status: int) -> Response | None:
    """Answers that the provider itself would not give."""
    match fault:
        case Fault.GARBLED_AFTER:
            return HTMLResponse("<html>not what you asked for", status)
        case Fault.EMPTY_AFTER:
            return Response(status_code=status)
        case Fault.BAD_GATEWAY_BEFORE:
            return HTMLResponse("<html>502 Bad Gateway", 502)
        case Fault.REDIRECTED_BEFORE:
            return RedirectResponse("http://127.0.0.1:9/elsewhere", 307)
    return None


class SocketServer:
    """The same for an application of aiohttp, which may speak WebSockets."""

    def __init__(self) -> None:
        """Nothing is bound before `start`."""
        self._runner: web.AppRunner | None = None

    async def start(self, app: web.Application) -> str:
        """Binds a free port; returns the base URL, without a slash at the end."""
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=_LAST_WORDS_IN_SOCKETS_SECONDS,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def close(self) -> None:
        """Cuts what is still open."""
        if self._runner is not None:
            await self._runner.cleanup()
