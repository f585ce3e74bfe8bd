"""The page over HTTP: its files, `GET /demo/state` and `POST /demo/text`, for this machine's browser only."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.errors import StoreUnavailable

PAGE = Path(__file__).with_name("page")

NUMBERS = re.compile(r"\+3363998[0-9]{4}")
"""06 39 98 00 00 to 06 39 98 99 99 belong to nobody: the French regulator keeps them for works of fiction
(ARCEP, decision 2018-0881 as amended)."""

LONGEST_TEXT = 1600
"""Characters; more does not fit in one SMS, however many segments."""

_LARGEST_BODY = 16 * 1024

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Scene(Protocol):
    """What the page shows, and lets one do."""

    async def state(self, address: str | None) -> Mapping[str, Any]:
        """Everything that the page shows."""

    async def text(self, address: str, text: str) -> bool:
        """A telephone texts the number; whether the service took it."""


def demo_app(scene: Scene) -> ASGIApp:
    """The page and its API."""

    async def state(request: Request) -> Response:
        address = request.query_params.get("address")
        try:
            return JSONResponse(await scene.state(_address(address) if address else None))
        except StoreUnavailable as error:
            raise HTTPException(503, str(error)) from error

    async def text(request: Request) -> Response:
        _refuse_strangers(request.headers)
        written = await _read(request)
        taken = await scene.text(_address(written.get("address")), _text(written.get("text")))
        if not taken:
            raise HTTPException(502, "The service did not take the message: look at what the demo prints.")
        return JSONResponse({"taken": True})

    return Starlette(
        routes=[
            Route("/demo/state", state, methods=["GET"]),
            Route("/demo/text", text, methods=["POST"]),
            Mount("/", StaticFiles(directory=PAGE, html=True)),
        ],
        middleware=[
            Middleware(_Headers),
            # A name that somebody else's DNS points at this machine does not make their page ours.
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
        ],
        exception_handlers={HTTPException: _explain},
    )


class _Headers:
    """Adds headers that let the page load nothing from elsewhere, and nobody embed it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)


async def _explain(_request: Request, error: Exception) -> Response:
    """An error as the page can show it."""
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code, headers=error.headers)


def _refuse_strangers(headers: Headers) -> None:
    """Lets only the page itself text: other sites' pages run in the same browser."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise HTTPException(415, "Send JSON, as application/json.")
    if headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise HTTPException(403, "Only the demo's own page may do this.")
    own = f"http://{headers.get('host', '')}"
    if headers.get("origin", own) != own:
        raise HTTPException(403, "Only the demo's own page may do this.")


async def _read(request: Request) -> Mapping[str, Any]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise HTTPException(413, "That is too long.")
    try:
        written = json.loads(body)
    except (ValueError, RecursionError):
        written = None
    if not isinstance(written, dict):
        raise HTTPException(400, "Send an object with `address` and `text`.")
    return written


def _address(value: object) -> str:
    if not isinstance(value, str) or not NUMBERS.fullmatch(value):
        raise HTTPException(
            400, "`address` must be one of the demo's own numbers, +33 6 39 98 and four digits."
        )
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        raise HTTPException(400, f"`text` must be a text of 1 to {LONGEST_TEXT} characters.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise HTTPException(400, "`text` must be Unicode: it holds half a character.")
    return value
