"""Socket Mode: we dial Slack, and it speaks to us over a websocket; nobody needs to reach us.

The SDK's own client would do, but for this: when an address that it was given is no longer good it dials
that same one for ever, its calls have no end in time, and it logs the addresses, which are secrets. What is
kept of the SDK is its reading of envelopes. https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMsgType
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bridge.model import SECOND
from bridge.ports import Unreachable
from channels.rooms.tasks import Tasks
from channels.slack.api import Api
from channels.slack.bolt import Acknowledged

_HEARTBEAT_SECONDS = 10
_CLOSE_SECONDS = 1
_GOODBYE_SECONDS = 10
_STEADY_SECONDS = 10
"""A connection that has lasted so long was a good one."""

log = structlog.get_logger("rempart.slack")

Dispatch = Callable[[Mapping[str, Any]], Coroutine[Any, Any, Acknowledged | None]]


class Socket:
    """Keeps one connection to Slack, for ever."""

    patience_seconds: float = 10
    """How long dialling may take in all."""

    longest_pause_seconds: float = 60
    """How long Slack is left alone at most, unless it asks for more."""

    def __init__(
        self,
        app_token: str,
        api: Api,
        session: ClientSession,
        dispatch: Dispatch,
        tasks: Tasks,
        *,
        changed: Callable[[], None],
    ) -> None:
        """Dials nobody before `run`. `changed` is told whenever `check` would say something else."""
        self._app_token = app_token
        self._api = api
        self._session = session
        self._dispatch = dispatch
        self._tasks = tasks
        self._changed = changed
        self._fault: Unreachable | None = None
        self._has_dialled = asyncio.Event()

    async def check(self) -> None:
        """Raises `Unreachable` while there is no connection; waits for the first attempt."""
        await self._has_dialled.wait()
        if self._fault is not None:
            raise Unreachable(str(self._fault))

    async def run(self) -> None:
        """Connects, and connects again whenever it must; pauses twice as long after each failure in a row."""
        failures = 0
        while True:
            began = _now()
            fault = await self._connection()
            if _now() - began > _STEADY_SECONDS:
                failures = 0
            pause = max(self.pause(failures), (fault.retry_after or 0) / SECOND if fault else 0)
            failures += 1
            log.info("the connection to Slack has ended", why=str(fault) if fault else "closed", pause=pause)
            await asyncio.sleep(pause)

    def pause(self, failures: int) -> float:
        """Seconds, by the failures before the present one: 0, then 1, 2, 4 and so on."""
        return min(self.longest_pause_seconds, 2 ** (failures - 1)) if failures else 0

    async def _connection(self) -> Unreachable | None:
        """One connection from beginning to end; what ended it, where that was a fault."""
        try:
            socket = await self._dialled()
            await self._listen(socket)
        except Unreachable as fault:
            return fault
        except Exception as fault:  # noqa: BLE001 - whatever ends a connection, the next must be dialled
            return Unreachable(type(fault).__name__)
        return None

    async def _dialled(self) -> ClientWebSocketResponse:
        """A connection, and it is remembered whether there was one. Raises `Unreachable`."""
        try:
            async with asyncio.timeout(self.patience_seconds):
                socket = await self._connected()
        except Exception as fault:  # noqa: BLE001 - as above
            told = fault if isinstance(fault, Unreachable) else Unreachable(type(fault).__name__)
            self._note(told)
            raise told from None
        log.info("connected to Slack")
        self._note(None)
        return socket

    def _note(self, fault: Unreachable | None) -> None:
        """From now on this is what keeps us from hearing Slack, or nothing."""
        self._fault = fault
        self._has_dialled.set()
        self._changed()

    async def _connected(self) -> ClientWebSocketResponse:
        """A new address each time, for each is good once."""
        answer = await self._api.call("apps.connections.open", app_token=self._app_token)
        url = answer.get("url")
        if not isinstance(url, str):
            raise Unreachable("unreadable")
        return await self._session.ws_connect(
            url, heartbeat=_HEARTBEAT_SECONDS, timeout=ClientWSTimeout(ws_close=_CLOSE_SECONDS)
        )

    async def _listen(self, socket: ClientWebSocketResponse) -> None:
        """Until the connection ends, or Slack says that it soon will: the next is then dialled meanwhile."""
        try:
            said_goodbye = await self._hear(socket)
        except BaseException:
            await self._lose(socket)
            raise
        if said_goodbye:
            self._tasks.begin(self._see_out(socket))
        else:
            await self._lose(socket)

    async def _lose(self, socket: ClientWebSocketResponse) -> None:
        """That nothing comes in is known before the next one is dialled."""
        self._note(Unreachable("disconnected"))
        await socket.close()

    async def _hear(self, socket: ClientWebSocketResponse) -> bool:
        """Serves what comes until the connection ends; true when Slack said goodbye first."""
        async for message in socket:
            if message.type is WSMsgType.TEXT and await self._take(socket, message.data):
                return True
        return False

    async def _see_out(self, socket: ClientWebSocketResponse) -> None:
        """Slack may still hand us something on a connection that it is about to close."""
        with contextlib.suppress(TimeoutError, ClientError, OSError):
            async with socket, asyncio.timeout(_GOODBYE_SECONDS):
                while await self._hear(socket):
                    continue

    async def _take(self, socket: ClientWebSocketResponse, text: str) -> bool:
        """Acknowledges an envelope at once and has it served; whether Slack says goodbye instead."""
        message = _read(text)
        if message.get("type") == "disconnect":
            return True
        envelope = _envelope(message)
        if envelope is not None and envelope.payload.get("type") == _SUBMITTED:
            self._tasks.begin(self._answer(socket, envelope))
        elif envelope is not None:
            self._tasks.begin(
                self._dispatch(envelope.payload)
            )  # begins once the acknowledgement is under way
            await socket.send_json(SocketModeResponse(envelope_id=envelope.envelope_id).to_dict())
        return False

    async def _answer(self, socket: ClientWebSocketResponse, envelope: SocketModeRequest) -> None:
        """What somebody wrote in a window is acknowledged with what the window shows from now on."""
        acknowledged = await self._dispatch(envelope.payload)
        payload = _read(acknowledged.body) if acknowledged else {}
        answer = SocketModeResponse(envelope_id=envelope.envelope_id, payload=payload or None)
        await socket.send_json(answer.to_dict())


_SUBMITTED = "view_submission"
"""The one payload whose acknowledgement says something."""


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _envelope(message: dict[str, Any]) -> SocketModeRequest | None:
    whole = isinstance(message.get("envelope_id"), str) and isinstance(message.get("payload"), dict)
    return SocketModeRequest.from_dict(message) if whole else None


def _now() -> float:
    return asyncio.get_running_loop().time()
