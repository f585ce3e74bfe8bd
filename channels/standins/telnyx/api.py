"""Telnyx's API as the stand-in answers it, and what goes wrong with it."""

import hmac
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.standins.base import Now
from channels.standins.errors import ApiError
from channels.standins.faults import Fault, under
from channels.standins.serving import LocalServer
from channels.standins.telnyx import forms
from channels.standins.telnyx.account import Account, Record
from channels.standins.telnyx.errors import FAULTS, NOT_FOUND, UNAUTHORIZED, refuse
from channels.standins.telnyx.faults import Faults


class Api:
    """Answers on behalf of one account."""

    def __init__(
        self, account: Account, faults: Faults, now: Now, take: Callable[[Record], None], server: LocalServer
    ) -> None:
        """`take` is told of each message that was accepted."""
        self._account, self._faults, self._now = account, faults, now
        self._take, self._server = take, server

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route("/v2/messages", self._send, methods=["POST"]),
                Route("/v2/messages/{id}", self._fetch, methods=["GET"]),
                Route("/v2/detail_records", self._records, methods=["GET"]),
                Route("/v2/balance", self._balance, methods=["GET"]),
                Route("/v2/phone_numbers", self._numbers, methods=["GET"]),
                Route("/v2/messaging_profiles/{id}", self._profile, methods=["GET"]),
                Route("/v2/messaging_profiles/{id}", self._change, methods=["PATCH"]),
            ]
        )

    async def _send(self, request: Request) -> Response:
        sent = json.loads(await request.body())
        return await self._answer(request, "send", lambda: self._sent(sent))

    async def _fetch(self, request: Request) -> Response:
        return await self._answer(request, "fetch", lambda: self._fetched(request.path_params["id"]))

    async def _records(self, request: Request) -> Response:
        return await self._answer(request, "records", lambda: self._found(dict(request.query_params)))

    async def _balance(self, request: Request) -> Response:
        account = self._account
        told = {
            "record_type": "balance",
            "balance": str(account.balance),
            "available_credit": str(account.balance),
            "currency": account.currency,
        }
        return await self._answer(request, "balance", lambda: told)

    async def _numbers(self, request: Request) -> Response:
        wanted = request.query_params.get("filter[phone_number]")
        account = self._account
        ours = {"id": "1", "phone_number": account.number, "messaging_profile_id": account.profile.id}
        found = [ours] if wanted in {None, account.number} else []
        return await self._answer(request, "numbers", lambda: found)

    async def _profile(self, request: Request) -> Response:
        return await self._answer(request, "profile", lambda: self._profiled(request))

    async def _change(self, request: Request) -> Response:
        changed = json.loads(await request.body())

        def change() -> object:
            told = self._profiled(request)
            self._account.profile.webhook_url = str(changed["webhook_url"])
            return told

        return await self._answer(request, "profile", change)

    async def _answer(self, request: Request, operation: str, work: Callable[[], object]) -> Response:
        async def answer() -> Response:
            try:
                self._authenticate(request)
                return JSONResponse({"data": work()})
            except ApiError as error:
                return error.problem.response()

        return await under(self._faults.take(operation), answer, lambda fault: self._go_wrong(fault, request))

    def _authenticate(self, request: Request) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self._account.key.encode()):
            raise ApiError(UNAUTHORIZED)

    def _sent(self, sent: dict[str, Any]) -> object:
        account = self._account
        refuse(account, sent)
        record = Record("outbound", sent["from"], sent["to"], sent["text"], self._now())
        record.webhook_url = sent.get("webhook_url")
        account.log[record.id] = record
        self._take(record)
        return forms.message(account, record)

    def _fetched(self, name: str) -> object:
        record = self._account.log.get(name)
        if record is None:
            raise ApiError(NOT_FOUND)
        return forms.message(self._account, record)

    def _found(self, query: dict[str, str]) -> object:
        """Newest first. The date of the filter is a day's."""
        begin = datetime.fromisoformat(query["filter[created_at][gte]"]).date()
        seen = [
            record
            for record in reversed(self._account.of(query["filter[direction]"]))
            if record.to == query["filter[cld]"]
            and record.made.date() >= begin
            and record.made + self._faults.lag <= self._now()
        ]
        return [forms.detail(self._account, record) for record in seen[: int(query["page[size]"])]]

    def _profiled(self, request: Request) -> object:
        profile = self._account.profile
        if request.path_params["id"] != profile.id:
            raise ApiError(NOT_FOUND)
        return {"record_type": "messaging_profile", "id": profile.id, "webhook_url": profile.webhook_url}

    async def _go_wrong(self, fault: Fault, request: Request) -> Response:
        odd = await self._server.go_wrong(fault, request)
        return odd or FAULTS[fault].response()
