"""Carries the SDK's calls over aiohttp: each on a connection of its own, none repeated, none logged.

The SDK's own asynchronous client would do, but for this: it logs whom one writes to, it drops `Retry-After`,
it uses parts of aiohttp that are about to go, and it keeps connections open, so that a POST on one that the
other side has closed meanwhile would leave a reply in doubt for nothing.
"""

import logging
from base64 import b64encode
from collections.abc import Mapping

from aiohttp import ClientSession
from twilio.http import AsyncHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from bridge.model import Micros
from channels.dialling import instant, wait
from channels.twilio.settings import Settings


class Transport(AsyncHttpClient):  # type: ignore[misc]  # the SDK carries no types
    """One HTTP call for the SDK; afterwards it remembers what the SDK forgets about the answer."""

    def __init__(self, session: ClientSession) -> None:
        """Time is bounded by whoever calls: the SDK does not hand its own limit down."""
        super().__init__(logger=logging.getLogger(__name__), is_async=True)
        self._session = session
        self.status: int | None = None
        self.retry_after: Micros | None = None
        self.date: Micros | None = None
        """The provider's clock, to the second."""

    async def request(
        self,
        method: str,
        url: str,
        *,
        params: Mapping[str, str | int] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        **_: object,
    ) -> Response:
        """Calls once and follows no redirect; raises what aiohttp raises."""
        async with self._session.request(
            method,
            url,
            params=params,
            data=data,
            headers={**(headers or {}), **authorization(auth)},
            allow_redirects=False,
        ) as answer:
            self.status = answer.status
            self.retry_after = wait(answer.headers.get("Retry-After", ""))
            self.date = instant(answer.headers.get("Date", ""))
            body = await answer.read()
            return Response(answer.status, body.decode("utf-8", "replace"), answer.headers)


def authorization(auth: tuple[str, str] | None) -> dict[str, str]:
    """The header that says who calls."""
    if auth is None:
        return {}
    return {"Authorization": "Basic " + b64encode(":".join(auth).encode()).decode()}


def client_of(settings: Settings, transport: Transport) -> Client:
    """The environment is handed in so that `TWILIO_EDGE` or `TWILIO_REGION` cannot bend the base URL."""
    client = Client(
        settings.account,
        settings.token,
        http_client=transport,
        environment={"TWILIO_ACCOUNT_SID": settings.account},
    )
    client.api.base_url = settings.api_url
    client.pricing.base_url = settings.pricing_url
    client.messaging.base_url = settings.messaging_url
    return client
