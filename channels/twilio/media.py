"""Fetches a photo or a file that Twilio keeps: from Twilio's own hosts, and from no other. Touches floor 0.

https://www.twilio.com/docs/messaging/api/media-resource: the address redirects once, to where the bytes lie.
"""

import asyncio
from urllib.parse import SplitResult, urlsplit

from aiohttp import ClientError, ClientResponse, ClientSession

from bridge.ports import LARGEST_CONTENT, Content, Unreachable
from channels.twilio.settings import API_URL, Settings
from channels.twilio.transport import authorization

_PATIENCE = 25.0  # seconds
_FOUND, _REDIRECTS = 200, frozenset({301, 302, 303, 307, 308})
_KEEPERS = ".twiliocdn.com"
"""Where Twilio's own address leads to."""

_BLOCK = 1 << 16


async def fetch(session: ClientSession, settings: Settings, where: str) -> Content:
    """What lies there. Raises `Unreachable`."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await _fetched(session, settings, where)
    except TimeoutError as error:
        raise Unreachable("timeout") from error
    except (ClientError, OSError) as error:
        raise Unreachable("unreachable") from error
    except ValueError as error:
        raise Unreachable("bad_address") from error


async def _fetched(session: ClientSession, settings: Settings, where: str) -> Content:
    """Our credentials go to the provider's API, and no further."""
    if not _is_at(settings.api_url, where) or "/Media/" not in urlsplit(where).path:
        raise Unreachable("other_host")
    ours = authorization((settings.account, settings.token))
    async with session.get(where, headers=ours, allow_redirects=False) as answer:
        if answer.status not in _REDIRECTS:
            return await _content(answer)
        there = answer.headers.get("Location", "")
    if not (_is_at(settings.api_url, there) or _is_kept(settings, there)):
        raise Unreachable("other_host")
    async with session.get(there, allow_redirects=False) as answer:
        return await _content(answer)


async def _content(answer: ClientResponse) -> Content:
    if answer.status != _FOUND:
        raise Unreachable(f"status_{answer.status}")
    read = bytearray()
    async for block in answer.content.iter_chunked(_BLOCK):
        read += block
        if len(read) > LARGEST_CONTENT:
            raise Unreachable("too_large")
    return Content(answer.headers.get("Content-Type", "")[:128], bytes(read))


def _is_at(base: str, url: str) -> bool:
    """Whether a URL leads to the very host that a base names: nobody stands before an @ in it."""
    one, other = urlsplit(base), urlsplit(url)
    return _place(one) == _place(other) and other.username is None and other.path.startswith(one.path)


def _is_kept(settings: Settings, url: str) -> bool:
    """Twilio's own keepers; where something else stands for Twilio, it stands for them as well."""
    parts = urlsplit(url)
    ours = settings.api_url == API_URL and parts.scheme == "https" and parts.username is None
    return ours and (parts.hostname or "").endswith(_KEEPERS) and parts.port in (None, 443)


def _place(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port
