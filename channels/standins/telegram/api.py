"""The Bot API as the stand-in answers it, and what goes wrong with it."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.standins.errors import ApiError
from channels.standins.faults import Fault, under
from channels.standins.serving import LocalServer
from channels.standins.telegram.account import Account
from channels.standins.telegram.errors import FAULTS, NOT_FOUND, UNAUTHORIZED, bad_request
from channels.standins.telegram.faults import Faults

Parameters = Mapping[str, Any]
Method = Callable[[Parameters], Awaitable[object]]


class Api:
    """Answers at `/bot<token>/<method>` on behalf of one bot."""

    def __init__(
        self,
        account: Account,
        faults: Faults,
        methods: Mapping[str, Method],
        server: LocalServer,
    ) -> None:
        """`methods` by name in lower case, as the provider compares them."""
        self._account = account
        self._faults = faults
        self._methods = methods
        self._server = server

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/bot{token}/{method}", self._answer, methods=["GET", "POST"]),
                Route("/file/bot{token}/photos/{id}", self._file, methods=["GET"]),
            ]
        )

    async def _file(self, request: Request) -> Response:
        content = self._account.files.get(request.path_params["id"])
        ours = request.path_params["token"] == self._account.token
        return Response(content) if ours and content is not None else Response(status_code=404)

    async def _answer(self, request: Request) -> Response:
        async def answer() -> Response:
            try:
                return JSONResponse({"ok": True, "result": await self._result(request)})
            except ApiError as error:
                return error.problem.response()

        fault = self._faults.take(request.path_params["method"])
        return await under(fault, answer, lambda fault: self._go_wrong(fault, request))

    async def _result(self, request: Request) -> object:
        if request.path_params["token"] != self._account.token:
            raise ApiError(UNAUTHORIZED)
        name = request.path_params["method"].lower()
        method = self._methods.get(name)
        if method is None or name in self._account.lacks:
            raise ApiError(NOT_FOUND)
        return await method(await _parameters(request))

    async def _go_wrong(self, fault: Fault, request: Request) -> Response:
        odd = await self._server.go_wrong(fault, request)
        return odd or FAULTS[fault].response()


async def _parameters(request: Request) -> Parameters:
    """From the URL, a form or JSON; in the first two, what is not text is JSON."""
    told: dict[str, Any] = dict(request.query_params)
    body = await request.body()
    if request.headers.get("content-type", "").startswith("application/json"):
        told |= json.loads(body or b"{}")
    else:
        told |= parse_qsl(body.decode(), keep_blank_values=True)
    return told


def decoded(parameters: Parameters, name: str) -> Any:
    """A parameter that holds more than text. Raises `ApiError`."""
    value = parameters.get(name)
    if not isinstance(value, str) or not value:
        return value or None
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request(f"can't parse {name}") from None


def number(parameters: Parameters, name: str, otherwise: int) -> int:
    """A whole number, or what counts without one; the provider takes what is none for 0."""
    value = parameters.get(name)
    if value is None or value == "":
        return otherwise
    try:
        return int(value)
    except (TypeError, ValueError):
        return 0
