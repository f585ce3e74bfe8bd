"""The HTTP server: uvicorn on sockets of ours, without signal handlers or logs of its own."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from errno import EADDRNOTAVAIL
from functools import partial
from pathlib import Path
from typing import Any, Self, cast

import uvicorn

from bridge.errors import Misconfigured, RempartError
from bridge.web.crowd import CountedProtocol, Crowd
from bridge.web.short import ShortProtocol
from bridge.web.webhooks import App, Webhooks

_BACKLOG = 4096
"""Connections that may wait to be accepted: a raid opens thousands at once."""

_AT_ONCE = 64
"""Connections accepted before anything else is looked at. Where the system has no descriptor left, asyncio
complains once for each of them."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `RempartError`, naming the port, when it cannot be had.

    Raises `Misconfigured` where this machine has no such address.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        if error.errno == EADDRNOTAVAIL or isinstance(error.__context__, socket.gaierror):
            raise Misconfigured(
                f"REMPART_HOST names no address of this machine ({host}): write 127.0.0.1, or 0.0.0.0 for "
                "all that it has."
            ) from error
        raise RempartError(
            f"Port {port} on {host} cannot be used ({os.strerror(error.errno or 0)}): "
            "stop what listens there, or choose another port (REMPART_PORT, or --port for the demo)."
        ) from error


def listen_privately(path: Path) -> socket.socket:
    """A listening Unix socket that only the same user can open. Replaces one that a crash left behind.

    Raises `RempartError` where something else stands in its place.
    """
    unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        path.unlink(missing_ok=True)
        unix.bind(str(path))
        path.chmod(0o600)
        unix.listen(16)
    except OSError as error:
        unix.close()
        raise RempartError(
            f"The control socket {path} cannot be made ({error.strerror}): remove what stands in its place, "
            "or let this user write there."
        ) from error
    return unix


class Server(uvicorn.Server):
    """One application on one socket; the service decides when it ends."""

    def __init__(self, app: App, listener: socket.socket, goodbye: int, crowd: Crowd | None = None) -> None:
        """`listener` is bound and listening already; `goodbye`: seconds that a stop leaves to requests.

        `crowd` counts the connections.
        """
        guests = Crowd() if crowd is None else crowd
        short = partial(ShortProtocol, door=app) if isinstance(app, Webhooks) else CountedProtocol
        config = uvicorn.Config(
            app,
            loop="none",
            http=cast(Any, partial(short, crowd=guests)),
            ws="none",
            lifespan="off",
            backlog=_AT_ONCE,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=goodbye,
        )
        super().__init__(config)
        self._listener = listener
        self._accepting = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to the service."""
        yield

    async def __aenter__(self) -> Self:
        """Serves; returns once connections are accepted."""
        self._serving = asyncio.create_task(self.serve(sockets=[self._listener]))
        await self._accepting.wait()
        return self

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begins to accept connections."""
        await super().startup(sockets)
        self._listener.listen(_BACKLOG)  # asyncio has one number for those that wait and those taken at once
        self._accepting.set()

    async def __aexit__(self, *_error: object) -> None:
        """Accepts no more, and finishes the requests under way."""
        self.should_exit = True
        await self._serving
