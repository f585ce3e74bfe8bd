"""Carries the SDK's calls over httpx: none repeated, none logged, none through anybody's proxy.

The URL of each call holds the bot's token, so nothing that prints URLs may speak.
"""

import json
import logging
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx
from telegram import Bot
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bridge.model import Micros
from channels.dialling import instant
from channels.telegram_bot.refusals import declined
from channels.telegram_bot.updates import ALLOWED

_CONNECT_SECONDS = 10
_READ_SECONDS = 30
"""Longer than a channel's patience, which alone decides: an answer that comes after we have hung up leaves
a doubt, and a doubt a second copy."""

_POOL_SECONDS = 2
_CALLS_AT_ONCE = 32
_TALKATIVE = ("httpx", "httpcore", "telegram")
_MULTIPLE_CHOICES = 300


@cache
def _authorities() -> SSLContext:
    """Whom we believe that a certificate is genuine: read once, for it takes longer than a call."""
    return httpx.create_ssl_context(trust_env=False)


class Transport(HTTPXRequest):
    """A pool of connections for one purpose."""

    def __init__(self, *, keep: int) -> None:
        """`keep`: how many connections stay open between calls.

        A POST on a connection that Telegram has closed meanwhile would leave a reply in doubt for nothing.
        """
        self.date: Micros | None = None
        """Telegram's clock in the newest answer, to the second."""
        super().__init__(
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=_READ_SECONDS,
            write_timeout=_READ_SECONDS,
            pool_timeout=_POOL_SECONDS,
            httpx_kwargs={
                "limits": httpx.Limits(max_connections=_CALLS_AT_ONCE, max_keepalive_connections=keep),
                "verify": _authorities(),
                "trust_env": False,
                "follow_redirects": False,
                "event_hooks": {"response": [self._note_date]},
            },
        )

    async def _note_date(self, answer: httpx.Response) -> None:
        self.date = instant(answer.headers.get("Date", ""))

    async def do_request(self, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Calls once. Raises `Declined`, or the SDK's `NetworkError` with its cause."""
        status, payload = await super().do_request(*args, **options)
        if not httpx.codes.OK <= status < _MULTIPLE_CHOICES:
            raise declined(status, payload)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Like the SDK's own, which logs what it cannot read. Raises `Declined`.

        Whether a call succeeded is said in the body, and HTTP need not agree: a server that stands for
        Telegram's may answer everything with 200.
        """
        try:
            told = json.loads(payload)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict):
            raise TelegramError("unreadable")
        code = told.get("error_code")
        if told.get("ok") is False and type(code) is int:
            raise declined(code, payload)
        return told


class RawBot(Bot):
    """The SDK's bot with two pools, so that a long poll never keeps a reply waiting, and with raw updates."""

    def __init__(self, token: str, api_url: str) -> None:
        """Dials nobody. Needs a running loop."""
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
        calls = Transport(keep=0)
        super().__init__(
            token,
            base_url=lambda token: f"{api_url}/bot{token}",
            base_file_url=lambda token: f"{api_url}/file/bot{token}",
            get_updates_request=Transport(keep=1),
            request=calls,
        )
        self._calls = calls

    @property
    def date(self) -> Micros | None:
        """Telegram's clock, as its newest answer had it that was no long poll's."""
        return self._calls.date

    async def raw_updates(self, offset: int | None, seconds: int) -> list[object]:
        """Updates from `offset` on, when there are any within `seconds`. Raises `TelegramError`.

        Telegram forgets those before the offset.
        """
        asked = {"offset": offset, "timeout": seconds, "allowed_updates": ALLOWED}
        told = await self._post("getUpdates", asked, read_timeout=seconds + _READ_SECONDS)
        if not isinstance(told, list):
            raise TelegramError("unreadable")
        return told

    async def told(self, method: str, **asked: object) -> dict[str, Any]:
        """The object that a method answers with, as it came. Raises `TelegramError`.

        The SDK's own classes want each field that they know: over one that nobody needs, a message that
        Telegram has taken would be in doubt.
        """
        told = await self._post(method, asked)
        if not isinstance(told, dict):
            raise TelegramError("unreadable")
        return told

    async def shutdown(self) -> None:
        """Lets go of connections; the SDK's own does nothing for a bot that never asked who it is."""
        for request in self._request:
            await request.shutdown()
