"""Whether the proxy hands over every path that this installation is called at, and which it does not.

Nothing is stored by it: at the path of a webhook only POST is received, and the status page opens to nobody
with a wrong link. What we answer then nobody else does, word for word, so a page of the proxy's own is told
from ours, and a path that was cut off from one that was not.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import ClientError, ClientSession, ClientTimeout

from bridge.checkup import Examined, fine, unknown, wrong
from bridge.service.lines import Site
from bridge.service.plugins import idle
from bridge.statuspage.link import PATH as STATUS
from bridge.statuspage.public import refusal_page
from bridge.web.webhooks import NOT_POST

_PART = "proxy"
_PATIENCE = 10.0  # seconds
_LARGEST = 64 * 1024
"""Bytes of an answer that are read."""

_NOBODY_BEHIND = frozenset({502, 503, 504})
"""What a proxy answers while no service stands behind it."""

_NO_LINK = {"until": "0", "key": "none"}


@dataclass(frozen=True, slots=True)
class _Answered:
    """What came of one call."""

    path: str
    status: int
    ours: bool


async def routes(sites: Iterable[Site], public_url: str | None) -> Sequence[Examined]:
    """What came of a call to each path; nothing where nobody is to call us."""
    if public_url is None:
        return []
    timeout = ClientTimeout(total=_PATIENCE)
    paths = [*_webhooks(sites, public_url), STATUS]
    async with ClientSession(timeout=timeout, headers={"Accept-Language": "en"}) as session:
        answers = await asyncio.gather(*(_call(session, public_url, path) for path in paths))
    return _meant([one for one in answers if one is not None], len(paths), public_url)


def _webhooks(sites: Iterable[Site], public_url: str) -> list[str]:
    """The paths of every channel that is on; what is wrong with one is told where it is looked at."""
    found: dict[str, None] = {}
    for site in sites:
        for plugin in site.plugins().values():
            with suppress(Exception):
                channel = plugin.connect(site.environment, idle(public_url))
                found |= dict.fromkeys(channel.webhooks() if channel else ())
    return sorted(found)


async def _call(session: ClientSession, public_url: str, path: str) -> _Answered | None:
    query, ours = (_NO_LINK, _refusal()) if path == STATUS else ({}, NOT_POST.body)
    try:
        async with session.get(f"{public_url}{path}", params=query, allow_redirects=False) as answer:
            body = await answer.content.read(_LARGEST)
            return _Answered(path, answer.status, body.strip() == ours.strip())
    except (ClientError, OSError, TimeoutError):
        return None


def _refusal() -> bytes:
    return refusal_page("en", "link_wrong").encode()


def _meant(answers: Sequence[_Answered], count: int, public_url: str) -> Sequence[Examined]:
    astray = [one for one in answers if not one.ours]
    elsewhere = [one for one in astray if one.status not in _NOBODY_BEHIND]
    if elsewhere:
        paths = ", ".join(f"{one.path} ({one.status})" for one in elsewhere)
        return [wrong(_PART, "routes_elsewhere", paths=paths, url=public_url)]
    if astray or len(answers) < count:
        return [unknown(_PART, "routes_unknown", url=public_url)]
    return [fine(_PART, "routes", paths=", ".join(one.path for one in answers))]
