"""Dials a provider whose API is plain HTTP: each call on a connection of its own, none repeated, none logged.

What cannot have been processed is told from what nobody knows. Touches floor 0 and aiohttp, and is loaded
where a channel is opened, and not before.
"""

import asyncio
import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)

from bridge.model import SECOND, Micros
from bridge.noun import Noun
from bridge.ports import InDoubt, NotProcessed, Outcome, Refused, Unreachable

LONGEST_QUESTION = 25.0
"""Seconds for a call that carries no reply; the house gives up every outside call within 30 s."""

_CONNECT_SECONDS = 10
_LONGEST_WAIT_DIGITS = 5
_ERRORS = 400

FAULTS: tuple[tuple[type[Exception], Outcome], ...] = (
    (UnicodeEncodeError, Refused("unencodable")),
    (ClientConnectorError, NotProcessed("unreachable")),
    (ConnectionTimeoutError, NotProcessed("unreachable")),
    (TimeoutError, InDoubt("timeout")),
    (ClientError, InDoubt("disconnected")),
    (OSError, InDoubt("disconnected")),
)
"""What a broken call means for the reply that it carried.

In this order: the two that are raised before a byte leaves are kinds of those below them.
"""


class Answered(Noun):
    """What came back."""

    status: int
    body: bytes
    retry_after: Micros | None = None
    date: Micros | None = None
    """The provider's clock, to the second."""

    @property
    def told(self) -> Any:
        """The JSON of it; `None` where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class Dialler:
    """Calls one provider."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        """Makes the session: needs a running loop. `base` ends in no slash."""
        self._base, self._headers = base, dict(headers)
        self._session: ClientSession | None = new_session()

    async def call(
        self,
        method: str,
        path: str,
        sent: object = None,
        query: Mapping[str, str] | None = None,
        patience: float = LONGEST_QUESTION,
    ) -> Answered:
        """One call, given up after `patience` seconds; raises what `FAULTS` lists."""
        if self._session is None:
            raise RuntimeError("A channel must be opened before it calls.")
        async with (
            asyncio.timeout(patience),
            self._session.request(
                method,
                f"{self._base}{path}",
                params=query,
                json=sent,
                headers=self._headers,
                allow_redirects=False,
            ) as answer,
        ):
            told_wait = wait(answer.headers.get("Retry-After", ""))
            date = instant(answer.headers.get("Date", ""))
            return Answered(answer.status, await answer.read(), told_wait, date)

    async def ask(self, path: str, query: Mapping[str, str] | None = None) -> Answered:
        """A call that carries no reply; every answer but success is `Unreachable`, with its status.

        One that is no JSON is hardly the provider's: `http_` then stands before it.
        """
        answered = await self.answered("GET", path, query=query)
        if answered.status >= _ERRORS:
            whose = "status" if isinstance(answered.told, dict) else "http"
            raise Unreachable(f"{whose}_{answered.status}", answered.retry_after)
        return answered

    async def answered(
        self, method: str, path: str, sent: object = None, query: Mapping[str, str] | None = None
    ) -> Answered:
        """A call that carries no reply, whatever the answer. Raises `Unreachable`."""
        try:
            return await self.call(method, path, sent, query)
        except TimeoutError as error:
            raise Unreachable("timeout") from error
        except (ClientError, OSError, ValueError) as error:
            raise Unreachable("unreachable") from error

    async def close(self) -> None:
        """Lets go of the session; may be called twice."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def meaning(fault: Exception) -> Outcome:
    """What came of a call that ended in `fault`."""
    return next((told for kind, told in FAULTS if isinstance(fault, kind)), InDoubt("unreadable"))


def new_session() -> ClientSession:
    """A session that the calls share; needs a running loop, and whoever asked for it closes it."""
    return ClientSession(
        connector=TCPConnector(force_close=True),
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=None, connect=_CONNECT_SECONDS),
    )


def wait(header: str) -> Micros | None:
    """`Retry-After` in its form of whole seconds, the one that providers use."""
    readable = header.isascii() and header.isdigit() and len(header) <= _LONGEST_WAIT_DIGITS
    return int(header) * SECOND if readable else None


def instant(header: str) -> Micros | None:
    """`Date`, to the second; `None` where it tells none."""
    try:
        return round(parsedate_to_datetime(header).timestamp() * SECOND)
    except (ValueError, OverflowError):
        return None
