"""A session that dials one room and nobody else: not by a redirect, a proxy, or a URL out of a payload.

A room is the host of its base URL and the hosts below it: sockets and URLs to answer at live on such ones.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from aiohttp import (
    ClientError,
    ClientHandlerType,
    ClientRequest,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)

_CONNECT_SECONDS = 10
_SECURE = frozenset({"https", "wss"})
_SCHEMES = frozenset({"http", "https", "ws", "wss"})
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


class OutsideTheFence(ClientError):
    """Something would have had us dial somebody else."""


def belongs(api_url: str) -> Callable[[str], bool]:
    """Tells whether a URL leads to the room of `api_url`, and no less safely than it."""
    home = urlsplit(api_url)
    hosts = _THIS_MACHINE if home.hostname in _THIS_MACHINE else {home.hostname}
    schemes = _SECURE if home.scheme == "https" else _SCHEMES

    def judge(url: str) -> bool:
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        host = parts.hostname or ""
        return parts.scheme in schemes and (host in hosts or host.endswith(f".{home.hostname}"))

    return judge


def fenced_session(api_url: str) -> ClientSession:
    """A session for calls to the room of `api_url`; needs a running loop, and whoever asks for it closes it.

    Each call has a connection of its own: on one that the other side has closed meanwhile, a card would be
    posted or not, and nobody would know.
    """
    belongs_here = belongs(api_url)

    async def fence(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
        if not belongs_here(str(request.url)):
            raise OutsideTheFence
        return await handler(request)

    return ClientSession(
        connector=TCPConnector(force_close=True),
        cookie_jar=DummyCookieJar(),
        timeout=ClientTimeout(total=None, connect=_CONNECT_SECONDS),
        middlewares=(fence,),
    )
