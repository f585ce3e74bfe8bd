"""Slack's Web API as the stand-in answers it: who may call, how often, and what goes wrong."""

import asyncio
import json
import math
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from channels.standins.faults import HANGS, RESETS, Fault, under
from channels.standins.slack.faults import Faults
from channels.standins.slack.limits import TIERS, Limits
from channels.standins.slack.methods import METHODS, ApiError, release, scopes_for
from channels.standins.slack.workspace import Json, Workspace

CONNECT = "apps.connections.open"
_JSON = "application/json"
_HTML = "text/html"
_BROKEN: Mapping[Fault, tuple[int, str, str]] = {
    Fault.ERROR_500_BEFORE: (500, _HTML, "<html>"),
    Fault.ERROR_500_AFTER: (500, _HTML, "<html>"),
    Fault.UNAVAILABLE_BEFORE: (503, _HTML, "<html>"),
    Fault.GARBLED_AFTER: (200, _JSON, "{not what you asked for"),
    Fault.PLAIN_AFTER: (200, "text/plain", "not what you asked for"),
    Fault.EMPTY_AFTER: (200, _JSON, ""),
    Fault.INVALID_BLOCKS: (200, _JSON, '{"ok": false, "error": "invalid_blocks"}'),
    Fault.UNAUTHORIZED: (200, _JSON, '{"ok": false, "error": "invalid_auth"}'),
}
"""Status, content type and body of an answer that is not what was asked for."""


class Api:
    """Answers the SDK on behalf of one workspace."""

    def __init__(
        self, workspace: Workspace, faults: Faults, limits: Limits, connection_url: Callable[[], str]
    ) -> None:
        """`connection_url` makes a new address for Socket Mode."""
        self._workspace = workspace
        self._faults = faults
        self._limits = limits
        self._connection_url = connection_url
        self.calls: list[tuple[str, Json]] = []
        """Every call that came so far, as method and arguments, refused ones included."""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any method, by GET or POST, as a form or as JSON."""
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        release(self._workspace)

        async def answer() -> web.StreamResponse:
            return self._answered(method, arguments, request)

        return await under(self._faults.take(method), answer, lambda fault: self._go_wrong(fault, request))

    def _answered(self, method: str, arguments: Json, request: web.Request) -> web.Response:
        try:
            self._authenticate(method, arguments, request)
            wait = self._limits.wait(method, str(arguments.get("channel", "")))
            if wait:
                return _rate_limited(math.ceil(wait))
            scopes = {"X-OAuth-Scopes": ",".join(sorted(self._workspace.scopes))}
            return web.json_response({"ok": True, **self._work(method, arguments)}, headers=scopes)
        except ApiError as error:
            return web.json_response(error.answer)

    def _work(self, method: str, arguments: Json) -> Mapping[str, Any]:
        if method == CONNECT:
            return {"url": self._connection_url()}
        return METHODS[method](self._workspace, arguments)

    def _authenticate(self, method: str, arguments: Json, request: web.Request) -> None:
        workspace = self._workspace
        if method not in TIERS and method not in METHODS:
            raise ApiError("unknown_method")
        if method in self._faults.refused:
            raise ApiError(self._faults.refused[method])
        given = request.headers.get("Authorization", "").removeprefix("Bearer ") or arguments.get("token")
        if not given:
            raise ApiError("not_authed")
        if given not in {workspace.bot_token, workspace.app_token}:
            raise ApiError("invalid_auth")
        if (given == workspace.app_token) != (method == CONNECT):
            raise ApiError("not_allowed_token_type")
        missing = scopes_for(workspace, method) - workspace.scopes
        if missing:
            provided = ",".join(sorted(workspace.scopes))
            raise ApiError("missing_scope", needed=",".join(sorted(missing)), provided=provided)

    async def _go_wrong(self, fault: Fault, request: web.Request) -> web.StreamResponse:
        if fault is Fault.RATE_LIMITED:
            return _rate_limited(self._faults.retry_after_seconds)
        if fault is Fault.REDIRECTED_BEFORE:
            raise web.HTTPTemporaryRedirect("http://elsewhere.invalid/api/")
        if fault in HANGS:
            await asyncio.Event().wait()
        if fault in RESETS and request.transport is not None:
            request.transport.abort()
            return web.Response()
        status, content_type, body = _BROKEN[fault]
        return web.Response(status=status, content_type=content_type, text=body)


def _rate_limited(seconds: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(seconds)}
    )


async def _arguments(request: web.Request) -> Json:
    """From the query and the body; Slack takes either, and JSON within forms."""
    found: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json()
        return {**found, **body} if isinstance(body, dict) else found
    if request.method == "POST":
        form = {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        found.update({name: _decoded(name, value) for name, value in form.items()})
    return found


def _decoded(name: str, value: str) -> Any:
    return json.loads(value) if name in {"blocks", "files", "view"} else value
