"""The page over HTTP: its files, `GET /demo/state`, and what one can do; for this machine's browser only."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bridge.demo import requests
from bridge.demo.script import Name
from bridge.errors import RempartError, StoreUnavailable

PAGE = Path(__file__).with_name("page")

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

Endpoint = Callable[[Request], Awaitable[Response]]

Written = Mapping[str, Any]
"""What the page sent, not looked at yet."""


class NotThere(RempartError):
    """What somebody on the page wants to use does not exist, or no longer."""


class NotNow(RempartError):
    """What somebody on the page wants is under way already."""


_REFUSALS = {NotThere: 404, NotNow: 409}


class Scene(Protocol):
    """What the page shows, and lets one do. What it lets one do may raise `NotThere` or `NotNow`."""

    async def state(self, number: str | None) -> Mapping[str, Any]:
        """Everything that the page shows, with what the telephone of that number shows."""

    async def text(self, channel: str, number: str, text: str, language: str) -> bool:
        """Somebody who reads `language` writes over a channel; whether the service took it."""

    async def press(self, message: str, action: str) -> bool:
        """Somebody of the team presses a button of a message; whether the service took it."""

    async def command(self, text: str) -> bool:
        """Somebody of the team gives the slash command; whether the service took it."""

    async def speak(self, language: str) -> bool:
        """The team reads this language from now on: its room follows the page."""

    async def picture(self, file: str) -> bytes | None:
        """A picture that the team's channel shows."""

    async def evening(self, name: Name, *, play: bool) -> bool:
        """Begins an evening, or stops the one that is played."""


def demo_app(scene: Scene) -> ASGIApp:
    """The page and its API."""

    async def text(written: Written) -> bool:
        return await scene.text(
            requests.name(written.get("channel")),
            requests.number(written.get("number")),
            requests.text(written.get("text")),
            requests.language(written.get("language")),
        )

    async def press(written: Written) -> bool:
        return await scene.press(requests.name(written.get("message")), requests.name(written.get("action")))

    async def command(written: Written) -> bool:
        return await scene.command(requests.text(written.get("text"), requests.LONGEST_COMMAND))

    async def speak(written: Written) -> bool:
        return await scene.speak(requests.known_language(written.get("language")))

    async def evening(written: Written) -> bool:
        name = requests.evening(written.get("evening", "raid"))
        return await scene.evening(name, play=requests.truth(written.get("play")))

    return Starlette(
        routes=[
            Route("/demo/state", _state(scene), methods=["GET"]),
            Route("/demo/text", _doing(text), methods=["POST"]),
            Route("/demo/press", _doing(press), methods=["POST"]),
            Route("/demo/command", _doing(command), methods=["POST"]),
            Route("/demo/language", _doing(speak), methods=["POST"]),
            Route("/demo/picture/{file}", _picture(scene), methods=["GET"]),
            Route("/demo/evening", _doing(evening), methods=["POST"]),
            Mount("/", StaticFiles(directory=PAGE, html=True)),
        ],
        middleware=[
            Middleware(_Headers),
            # A name that somebody else's DNS points at this machine does not make their page ours.
            Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"]),
        ],
        exception_handlers={HTTPException: _explain},
    )


def _state(scene: Scene) -> Endpoint:
    async def state(request: Request) -> Response:
        number = request.query_params.get("number")
        try:
            return JSONResponse(await scene.state(requests.number(number) if number else None))
        except StoreUnavailable as error:
            raise HTTPException(503, str(error)) from error

    return state


def _picture(scene: Scene) -> Endpoint:
    async def picture(request: Request) -> Response:
        drawn = await scene.picture(requests.name(request.path_params["file"]))
        if drawn is None:
            raise HTTPException(404, "There is no such picture.")
        return Response(drawn, media_type="image/png")

    return picture


def _doing(do: Callable[[Written], Awaitable[bool]]) -> Endpoint:
    """The endpoint through which the page does something: every guard stands here, for all alike."""

    async def endpoint(request: Request) -> Response:
        requests.refuse_strangers(request.headers)
        try:
            taken = await do(await requests.read(request))
        except (NotThere, NotNow) as error:
            raise HTTPException(_REFUSALS[type(error)], str(error)) from error
        if not taken:
            raise HTTPException(502, "The service did not take it: look at what the demo prints.")
        return JSONResponse({"taken": True})

    return endpoint


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
