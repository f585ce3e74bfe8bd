"""Whether the proxy hands over every path that this installation is called at, and which it does not.

Nothing is stored by it: each webhook is sent a call without a signature, as anybody could, and refuses
it; the status page opens to nobody with a wrong link. What we answer then nobody else does, word for word, so
a page of the proxy's own is told from ours, and a path that was cut off from one that was not. Providers send
(POST), and so do we: a proxy may hand over what is looked at alone.
"""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from aiohttp import ClientError, ClientSession, ClientTimeout

from bridge.checkup import Examined, fine, unknown, wrong
from bridge.model import Call
from bridge.noun import Noun
from bridge.ports import Channel, Guarded, Webhook
from bridge.service.lines import Site
from bridge.service.plugins import idle
from bridge.statuspage.link import PATH as STATUS
from bridge.statuspage.public import refusal_page

_PART = "proxy"
_PATIENCE = 10.0  # seconds
_LARGEST = 64 * 1024
"""Bytes of an answer that are read."""

_NOBODY_BEHIND = frozenset({502, 503, 504})
"""What a proxy answers while no service stands behind it."""

_NO_LINK = {"until": "0", "key": "none"}


class _Asked(Noun):
    """One call, and what we ourselves answer to it."""

    method: str
    path: str
    ours: bytes
    query: Mapping[str, str] | None = None


class _Answered(Noun):
    """What came of one call."""

    path: str
    status: int
    ours: bool


async def routes(
    sites: Iterable[Site], public_url: str | None, knock: Mapping[str, str]
) -> Sequence[Examined]:
    """What came of a call to each path; nothing where nobody is to call us. `knock`: by what the service
    knows that it is we."""
    if public_url is None:
        return []
    page = _Asked("GET", STATUS, refusal_page("en", "link_wrong").encode(), _NO_LINK)
    asked = [*await _webhooks(sites, public_url), page]
    headers = {**knock, "Accept-Language": "en"}
    async with ClientSession(timeout=ClientTimeout(total=_PATIENCE), headers=headers) as session:
        answers = await asyncio.gather(*(_call(session, public_url, one) for one in asked))
    return _meant([one for one in answers if one is not None], len(asked), public_url)


async def _webhooks(sites: Iterable[Site], public_url: str) -> list[_Asked]:
    """Those of every channel that is on; what is wrong with one is told where it is looked at."""
    found: dict[str, _Asked] = {}
    for channel in _on(sites, public_url):
        with suppress(Exception):
            for path, hook in channel.webhooks().items():
                found[path] = _Asked("POST", path, await _refusal(hook, path))
    return [found[path] for path in sorted(found)]


def _on(sites: Iterable[Site], public_url: str) -> Iterator[Channel]:
    for site in sites:
        for plugin in site.plugins().values():
            with suppress(Exception):
                channel = plugin.connect(site.environment, idle(public_url))
                if channel is not None:
                    yield channel


async def _refusal(hook: Webhook, path: str) -> bytes:
    """What is answered to whoever has not signed: by the headers alone, or once all of it was read."""
    early = hook.glance({}) if isinstance(hook, Guarded) else None
    return (early or await hook(Call("POST", path, ""))).body


async def _call(session: ClientSession, public_url: str, asked: _Asked) -> _Answered | None:
    url = f"{public_url}{asked.path}"
    try:
        async with session.request(asked.method, url, params=asked.query, allow_redirects=False) as answer:
            body = await answer.content.read(_LARGEST)
            return _Answered(asked.path, answer.status, body.strip() == asked.ours.strip())
    except (ClientError, OSError, TimeoutError):
        return None


def _meant(answers: Sequence[_Answered], count: int, public_url: str) -> Sequence[Examined]:
    astray = [one for one in answers if not one.ours]
    elsewhere = [one for one in astray if one.status not in _NOBODY_BEHIND]
    if elsewhere:
        paths = ", ".join(f"{one.path} ({one.status})" for one in elsewhere)
        return [wrong(_PART, "routes_elsewhere", paths=paths, url=public_url)]
    if astray or len(answers) < count:
        return [unknown(_PART, "routes_unknown", url=public_url)]
    return [fine(_PART, "routes", paths=", ".join(one.path for one in answers))]
