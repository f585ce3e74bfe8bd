"""Socket Mode as the stand-in speaks it: https://docs.slack.dev/apis/events-api/using-socket-mode."""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Sequence
from itertools import count
from typing import Any

from aiohttp import WSMsgType, web

from channels.standins.slack.calls import Parcel
from channels.standins.slack.faults import Faults
from channels.standins.slack.workspace import Json, Workspace

_MOST_ATTEMPTS = 3


class Hub:
    """Hands envelopes to the connections that stand, and waits for their acknowledgements."""

    def __init__(self, workspace: Workspace, faults: Faults, acknowledge_seconds: float) -> None:
        """`acknowledge_seconds`: how long an envelope may go unacknowledged."""
        self._workspace = workspace
        self._faults = faults
        self._acknowledge_seconds = acknowledge_seconds
        self._tickets: set[str] = set()
        self._connections: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Any]] = {}
        self._turn = count()
        self.connected = asyncio.Event()
        """Set while somebody is connected."""
        self.answer: Json | None = None
        """What the newest acknowledgement said."""
        self.links = 0
        """How often somebody has connected."""

    def ticket(self) -> str:
        """A new right to connect once."""
        ticket = secrets.token_hex(16)
        if self._faults.addresses_spoilt:
            self._faults.addresses_spoilt -= 1
        else:
            self._tickets.add(ticket)
        return ticket

    async def link(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPNotFound
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json(self._hello())
        self._connections.append(socket)
        self.links += 1
        self.connected.set()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self._connections.remove(socket)
            if not self._connections:
                self.connected.clear()
        return socket

    async def deliver(self, parcel: Parcel, attempts: int = _MOST_ATTEMPTS) -> bool:
        """Whether the parcel was acknowledged. Only events are sent again."""
        for attempt in range(attempts if parcel.kind == "events_api" else 1):
            if await self._attempt(parcel, attempt):
                return True
        return False

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Says goodbye to everybody, then hangs up."""
        for socket in tuple(self._connections):
            await socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "standin"}}
            )

    async def hang_up(self) -> None:
        """Closes every connection without a word."""
        for socket in tuple(self._connections):
            await socket.close()

    async def say(self, texts: Sequence[str]) -> None:
        """Sends raw texts over the newest connection, whatever they are, as far as it lets them through."""
        with contextlib.suppress(ConnectionError):
            for text in texts:
                await self._connections[-1].send_str(text)

    async def _attempt(self, parcel: Parcel, attempt: int) -> bool:
        if not self._connections:
            return False
        socket = self._connections[next(self._turn) % len(self._connections)]
        envelope = self._envelope(parcel, attempt)
        self._waiting[envelope["envelope_id"]] = acknowledged = asyncio.get_running_loop().create_future()
        try:
            await socket.send_json(envelope)
            async with asyncio.timeout(self._acknowledge_seconds):
                self.answer = await acknowledged
        except (TimeoutError, ConnectionError):
            return False
        finally:
            del self._waiting[envelope["envelope_id"]]
        return True

    def _envelope(self, parcel: Parcel, attempt: int) -> Json:
        envelope: Json = {
            "envelope_id": secrets.token_hex(16),
            "type": parcel.kind,
            "payload": parcel.payload,
            "accepts_response_payload": parcel.kind != "events_api",
        }
        if parcel.kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        return envelope

    def _acknowledged(self, message: Any) -> None:
        waiting = self._waiting.get(message.get("envelope_id", ""))
        if waiting is None or waiting.done():
            return
        if self._faults.acknowledgements_lost:
            self._faults.acknowledgements_lost -= 1
        else:
            waiting.set_result(message.get("payload"))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections) + 1,
            "debug_info": {"host": "standin", "approximate_connection_time": 3600},
            "connection_info": {"app_id": self._workspace.app},
        }
