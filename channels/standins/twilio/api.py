"""Twilio's API as the stand-in answers it: messages, prices, and what goes wrong with them."""

import hmac
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC
from email.utils import format_datetime
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.standins.base import Now
from channels.standins.errors import ApiError
from channels.standins.faults import Fault, under
from channels.standins.serving import LocalServer
from channels.standins.twilio.account import Account
from channels.standins.twilio.errors import (
    BAD_PARAMETER,
    FAULTS,
    NOT_FOUND,
    UNAUTHORIZED,
    Form,
    refuse,
)
from channels.standins.twilio.faults import Faults, Operation
from channels.standins.twilio.listing import page
from channels.standins.twilio.messages import API_VERSION, OUTBOUND, Record
from channels.standins.twilio.numbers import account_resource, number_resource, numbers_page
from channels.standins.twilio.prices import country_page

_ACCOUNT = f"/{API_VERSION}/Accounts/{{account}}"


class Api:
    """Answers the SDK on behalf of one account."""

    def __init__(
        self,
        account: Account,
        faults: Faults,
        now: Now,
        take: Callable[[Record], None],
        server: LocalServer,
    ) -> None:
        """`take` is told of each message that was accepted."""
        self._account = account
        self._faults = faults
        self._now = now
        self._take = take
        self._server = server

    def app(self) -> Starlette:
        """The ASGI application."""
        return Starlette(
            routes=[
                Route(f"{_ACCOUNT}/Messages.json", self._create, methods=["POST"]),
                Route(f"{_ACCOUNT}/Messages.json", self._list, methods=["GET"]),
                Route(f"{_ACCOUNT}/Messages/{{sid}}.json", self._fetch, methods=["GET"]),
                Route(f"{_ACCOUNT}/Messages/{{sid}}/Media.json", self._attached, methods=["GET"]),
                Route(f"{_ACCOUNT}/Messages/{{sid}}/Media/{{media}}", self._media, methods=["GET"]),
                Route("/kept/{path:path}", self._kept, methods=["GET"]),
                Route(f"{_ACCOUNT}/IncomingPhoneNumbers.json", self._numbers, methods=["GET"]),
                Route(f"{_ACCOUNT}/IncomingPhoneNumbers/{{sid}}.json", self._set_number, methods=["POST"]),
                Route(f"{_ACCOUNT}/Balance.json", self._balance, methods=["GET"]),
                Route(f"{_ACCOUNT}.json", self._whose, methods=["GET"]),
                Route("/v2/Channels/Senders", self._senders, methods=["GET"]),
                Route("/v1/Messaging/Countries/{country}", self._prices, methods=["GET"]),
            ]
        )

    async def _create(self, request: Request) -> Response:
        body = await request.body()
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return await self._answer(request, Operation.CREATE, lambda: self._created(form))

    async def _list(self, request: Request) -> Response:
        return await self._answer(request, Operation.LIST, lambda: self._listed(request))

    async def _fetch(self, request: Request) -> Response:
        return await self._answer(request, Operation.FETCH, lambda: self._fetched(request))

    async def _prices(self, request: Request) -> Response:
        return await self._answer(request, Operation.PRICES, lambda: self._priced(request))

    async def _numbers(self, request: Request) -> Response:
        wanted = request.query_params.get("PhoneNumber")
        return await self._answer(request, Operation.NUMBERS, lambda: self._numbered(wanted))

    async def _set_number(self, request: Request) -> Response:
        body = await request.body()
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        return await self._answer(request, Operation.NUMBERS, lambda: self._number_set(request, form))

    async def _senders(self, request: Request) -> Response:
        return await self._answer(request, Operation.NUMBERS, lambda: self._sending(request))

    async def _media(self, request: Request) -> Response:
        """The bytes lie elsewhere: https://www.twilio.com/docs/messaging/api/media-resource#fetch-media."""
        there = str(request.url.replace(path=f"/kept{request.url.path}"))
        return await self._answer(
            request, Operation.FETCH, lambda: Response(status_code=307, headers={"Location": there})
        )

    async def _attached(self, request: Request) -> Response:
        return await self._answer(request, Operation.FETCH, lambda: self._shown(request))

    async def _kept(self, request: Request) -> Response:
        found = self._account.media.get(f"/{request.path_params['path']}")
        return Response(found[1], media_type=found[0]) if found else Response(status_code=404)

    async def _balance(self, request: Request) -> Response:
        return await self._answer(request, Operation.ACCOUNT, self._balanced)

    async def _whose(self, request: Request) -> Response:
        return await self._answer(request, Operation.ACCOUNT, self._told_of)

    async def _answer(self, request: Request, operation: Operation, work: Callable[[], Response]) -> Response:
        async def answer() -> Response:
            try:
                self._authenticate(request)
                return work()
            except ApiError as error:
                return error.problem.response()

        told = await under(self._faults.take(operation), answer, lambda fault: self._go_wrong(fault, request))
        told.headers["Date"] = format_datetime(self._now().astimezone(UTC), usegmt=True)
        return told

    def _authenticate(self, request: Request) -> None:
        account = self._account
        expected = b64encode(f"{account.sid}:{account.token}".encode())
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        if not hmac.compare_digest(given.encode(), expected):
            raise ApiError(UNAUTHORIZED)
        if request.path_params.get("account", account.sid) != account.sid:
            raise ApiError(NOT_FOUND)

    def _created(self, form: Form) -> Response:
        refuse(self._account, form)
        record = Record(
            direction=OUTBOUND,
            from_=form["From"],
            to=form["To"],
            body=form["Body"],
            status="queued",
            created=self._now(),
            price_unit=self._account.currency,
            status_callback=form.get("StatusCallback"),
        )
        self._account.log.add(record)
        self._take(record)
        return JSONResponse(record.resource(self._account.sid), 201)

    def _listed(self, request: Request) -> Response:
        records = self._account.log.listed(self._now())
        try:
            return JSONResponse(page(records, self._account.sid, dict(request.query_params)))
        except ValueError as error:
            raise ApiError(BAD_PARAMETER) from error

    def _fetched(self, request: Request) -> Response:
        record = self._account.log.get(request.path_params["sid"])
        if record is None:
            raise ApiError(NOT_FOUND)
        return JSONResponse(record.resource(self._account.sid))

    def _priced(self, request: Request) -> Response:
        base_url = str(request.base_url).rstrip("/")
        priced = country_page(self._account, request.path_params["country"], base_url)
        if priced is None:
            raise ApiError(NOT_FOUND)
        return JSONResponse(priced)

    def _numbered(self, wanted: str | None) -> Response:
        account = self._account
        ours = number_resource(account.line, account.sid, account.number)
        found = [ours] if wanted in {None, account.number} else []
        return JSONResponse(numbers_page(found, account.sid))

    def _number_set(self, request: Request, form: Form) -> Response:
        account = self._account
        if request.path_params["sid"] != account.line.sid:
            raise ApiError(NOT_FOUND)
        account.line.set(form)
        return JSONResponse(number_resource(account.line, account.sid, account.number))

    def _sending(self, request: Request) -> Response:
        own = self._account.whatsapp
        meta = {"key": "senders", "page": 0, "page_size": 50, "url": str(request.url), "next_page_url": None}
        return JSONResponse({"senders": [own.resource()] if own else [], "meta": meta})

    def _shown(self, request: Request) -> Response:
        """https://www.twilio.com/docs/messaging/api/media-resource#read-multiple-media-resources."""
        account, sid = self._account, request.path_params["sid"]
        rows = [
            {"sid": path.rpartition("/")[2], "parent_sid": sid, "account_sid": account.sid}
            | {"content_type": account.media[path][0], "uri": f"{path}.json"}
            for path in account.shown.get(sid, [])
            if path in account.media
        ]
        return JSONResponse({"media_list": rows, "page": 0, "page_size": 50, "next_page_uri": None})

    def _balanced(self) -> Response:
        account = self._account
        told = {"account_sid": account.sid, "balance": str(account.balance), "currency": account.currency}
        return JSONResponse(told)

    def _told_of(self) -> Response:
        return JSONResponse(account_resource(self._account.sid, self._account.status, self._account.kind))

    async def _go_wrong(self, fault: Fault, request: Request) -> Response:
        odd = await self._server.go_wrong(fault, request, status=201)
        return odd or FAULTS[fault].response()
