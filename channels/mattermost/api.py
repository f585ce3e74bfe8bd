"""Calls Mattermost's REST API (v4): each once, bounded in time, and every failure a short code.

https://developers.mattermost.com/api-documentation/
"""

import asyncio
import json
from typing import Any, Literal

from aiohttp import ClientResponse, ClientSession

from bridge.model import Micros
from bridge.ports import Unreachable
from channels.dialling import wait
from channels.mattermost.settings import Settings
from channels.rooms.faults import unreachable

_TOO_MANY_REQUESTS, _SERVER_ERROR, _CLIENT_ERROR, _REDIRECTS = 429, 500, 400, 300
_CODES = {400: "refused", 401: "unauthorized", 403: "forbidden", 404: "not_found", 413: "too_large"}
_UNREADABLE = object()
_LARGEST = 1_000_000
"""Bytes of an answer."""

Method = Literal["GET", "POST", "PUT"]


class Api:
    """One bot account on one server."""

    patience_seconds: float = 28
    """A call is given up after this."""

    def __init__(self, settings: Settings, session: ClientSession) -> None:
        """Dials nobody."""
        self._base, self._session = f"{settings.url}/api/v4/", session
        self._headers = {"Authorization": f"Bearer {settings.token}"}

    async def call(self, method: Method, path: str, body: object = None) -> Any:
        """What the server answers. Raises `Unreachable` with a short code."""
        try:
            async with (
                asyncio.timeout(self.patience_seconds),
                self._session.request(
                    method, f"{self._base}{path}", json=body, headers=self._headers, allow_redirects=False
                ) as answer,
            ):
                return _read(answer, await answer.content.read(_LARGEST))
        except Unreachable:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever an odd answer upsets
            raise unreachable(fault) from None

    async def mapping(self, method: Method, path: str, body: object = None) -> dict[str, Any]:
        """The same where it must be an object. Raises `Unreachable`."""
        answer = await self.call(method, path, body)
        if not isinstance(answer, dict):
            raise Unreachable("unreadable", in_doubt=method != "GET")
        return answer


def _read(answer: ClientResponse, content: bytes) -> Any:
    status = answer.status
    if status == _TOO_MANY_REQUESTS:
        raise Unreachable("rate_limited", _wait(answer))
    if status >= _SERVER_ERROR:
        raise Unreachable(f"http_{status}", in_doubt=True)
    if status >= _CLIENT_ERROR:
        theirs = isinstance(_parsed(content), dict)  # else a wall in between says so, and knows nothing
        raise Unreachable(_CODES[status] if theirs and status in _CODES else f"http_{status}")
    if status >= _REDIRECTS:
        raise Unreachable("redirected")
    told = _parsed(content)
    if told is _UNREADABLE:
        raise Unreachable("unreadable", in_doubt=True)
    return told


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return _UNREADABLE


def _wait(answer: ClientResponse) -> Micros | None:
    """Seconds, in either of the two headers that say it."""
    told = (wait(answer.headers.get(name, "")) for name in ("Retry-After", "X-Ratelimit-Reset"))
    return next((one for one in told if one is not None), None)
