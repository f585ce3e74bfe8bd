"""Serves a stand-in on a free local port, in the loop that is running.

uvicorn's protocol does the HTTP; its server is left out, for it wants the process's signals, and takes its
time to stop.
"""

import asyncio
import socket
import struct

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

_RESET_AT_CLOSE = struct.pack("ii", 1, 0)
_LAST_WORDS_SECONDS = 1


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

    def reset(self, client: tuple[str, int]) -> None:
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
