"""The app's local API as the stand-in answers it, and what goes wrong with it.

https://docs.sms-gate.app/integration/api and the app's own routes.
"""

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bridge.noun import Noun
from channels.standins.base import Now
from channels.standins.errors import ApiError
from channels.standins.faults import Fault, under
from channels.standins.gateway.faults import Faults
from channels.standins.gateway.phone import Phone, Sent
from channels.standins.serving import LocalServer


class Problem(Noun):
    """An answer other than success."""

    status: int
    message: str
    headers: Mapping[str, str] | None = None

    def response(self) -> Response:
        """In the app's form."""
        return JSONResponse({"message": self.message}, self.status, headers=self.headers)


_UNAUTHORIZED = Problem(401, "Unauthorized")
_NOT_FOUND = Problem(404, "Not found")
_FAULTS = {
    Fault.ERROR_500_BEFORE: Problem(500, "Internal error"),
    Fault.ERROR_500_AFTER: Problem(500, "Internal error"),
    Fault.UNAVAILABLE_BEFORE: Problem(503, "Unavailable"),
    Fault.RATE_LIMITED: Problem(429, "Too many requests", {"Retry-After": "2"}),
    Fault.QUEUE_FULL: Problem(429, "The queue is full"),
    Fault.UNAUTHORIZED: _UNAUTHORIZED,
}


class Api:
    """Answers on behalf of one telephone."""

    def __init__(
        self, phone: Phone, faults: Faults, now: Now, take: Callable[[Sent], None], server: LocalServer
    ) -> None:
        """`take` is told of each message that it is to send."""
        self._phone, self._faults, self._now = phone, faults, now
        self._take, self._server = take, server

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/messages", self._send, methods=["POST"]),
                Route("/messages/{id}", self._fetch, methods=["GET"]),
                Route("/webhooks", self._hooks, methods=["GET"]),
                Route("/webhooks", self._hook, methods=["POST"]),
                Route("/health", self._health, methods=["GET"]),
            ]
        )

    async def _send(self, request: Request) -> Response:
        wanted = json.loads(await request.body())
        return await self._answer(request, "send", lambda: self._sent(wanted))

    async def _fetch(self, request: Request) -> Response:
        return await self._answer(request, "fetch", lambda: self._fetched(request.path_params["id"]))

    async def _hooks(self, request: Request) -> Response:
        return await self._answer(request, "hooks", lambda: JSONResponse([*self._phone.hooks.values()]))

    async def _hook(self, request: Request) -> Response:
        wanted = json.loads(await request.body())
        return await self._answer(request, "hook", lambda: self._hooked(wanted))

    async def _health(self, _request: Request) -> Response:
        phone = self._phone
        battery = {"description": "Battery level in percent", "observedValue": phone.battery}
        told = {"status": phone.status, "version": "1.50.0", "checks": {"battery:level": battery}}
        return JSONResponse(told, 500 if phone.status == "fail" else 200)

    async def _answer(self, request: Request, operation: str, work: Callable[[], Response]) -> Response:
        async def answer() -> Response:
            try:
                self._authenticate(request)
                return work()
            except ApiError as error:
                return error.problem.response()

        return await under(self._faults.take(operation), answer, lambda fault: self._go_wrong(fault, request))

    def _authenticate(self, request: Request) -> None:
        pair = f"{self._phone.username}:{self._phone.password}".encode()
        expected = b"Basic " + b64encode(pair)
        if not hmac.compare_digest(request.headers.get("authorization", "").encode(), expected):
            raise ApiError(_UNAUTHORIZED)

    def _sent(self, wanted: dict[str, Any]) -> Response:
        name, text = str(wanted["id"]), wanted.get("textMessage", {}).get("text")
        if not text:
            raise ApiError(Problem(400, "Text message is empty"))
        if name in self._phone.sent:
            raise ApiError(Problem(409, "The id is taken"))
        (to,) = wanted["phoneNumbers"]
        sent = self._phone.sent[name] = Sent(name, to, text, self._now())
        self._take(sent)
        return JSONResponse(_told(sent), 202)

    def _fetched(self, name: str) -> Response:
        sent = self._phone.sent.get(name)
        if sent is None:
            raise ApiError(_NOT_FOUND)
        return JSONResponse(_told(sent))

    def _hooked(self, wanted: dict[str, str]) -> Response:
        """By its id: telling it again changes nothing. The app takes `https` alone, or this machine."""
        if not wanted["url"].startswith(("https://", "http://127.0.0.1")):
            raise ApiError(Problem(400, "Invalid URL"))
        self._phone.hooks[wanted["id"]] = {key: wanted[key] for key in ("id", "url", "event")}
        return JSONResponse(wanted, 201)

    async def _go_wrong(self, fault: Fault, request: Request) -> Response:
        odd = await self._server.go_wrong(fault, request, status=202)
        return odd or _FAULTS[fault].response()


def _told(sent: Sent) -> dict[str, object]:
    recipient = {"phoneNumber": sent.to, "state": sent.state, "error": sent.error}
    return {"id": sent.name, "state": sent.state, "recipients": [recipient], "isEncrypted": False}
