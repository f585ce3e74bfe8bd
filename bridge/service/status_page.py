"""`GET /status`: the team's page for whoever has a good link; for everybody else a sentence, or no."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bridge.errors import StoreUnavailable
from bridge.model import MINUTE, Micros
from bridge.ports import Clock
from bridge.service.board import words_of
from bridge.service.lookout import Lookout
from bridge.statuspage.frame import headers
from bridge.statuspage.languages import preferred, spoken
from bridge.statuspage.link import EVERY_LINE, PATH, Pass, Refusal, opened
from bridge.statuspage.page import team_page
from bridge.statuspage.public import public_page, refusal_page

_FRESH: Micros = MINUTE
"""How long a public page is kept: however many look, it is made once a minute."""

_NEVER_KEPT = {"Cache-Control": "no-store"}
_KEPT = {"Cache-Control": f"public, max-age={_FRESH // 1_000_000}", "Vary": "Accept-Language"}


class StatusPage:
    """The page of one installation, of however many lines."""

    def __init__(self, lines: Mapping[str, Lookout], key: bytes, clock: Clock) -> None:
        """`lines` by name, the only one's being empty; `key`: what links are signed with."""
        self._lines, self._key, self._clock = lines, key, clock
        self._made: dict[tuple[str, str], tuple[Micros, str]] = {}
        self._making = asyncio.Lock()

    @property
    def route(self) -> Route:
        """Where it is."""
        return Route(PATH, self.answer)

    async def answer(self, request: Request) -> Response:
        """The page that a request may see."""
        asked, now = request.query_params, self._clock()
        wanted = preferred(request.headers.get("accept-language", ""))
        found = opened(self._key, asked.multi_items(), now)
        if isinstance(found, Pass):
            return await self._team(found, wanted)
        public = self._public(asked.get("line", EVERY_LINE)) if found == "link_missing" else []
        return await self._told(public, wanted, now) if public else _refused(found, wanted)

    async def _team(self, allowed: Pass, wanted: Sequence[str]) -> Response:
        meant = self._meant(allowed.line)
        if not meant:
            return _refused("link_wrong", wanted)
        seen = {}
        for name, line in meant.items():
            with suppress(StoreUnavailable):  # one that cannot be looked at hides no other
                seen[name] = await line.outlook()
        if not seen:
            return _refused("page_later", wanted, 503)
        words = words_of(next(iter(meant.values())).responses(), self._clock())
        unseen = [name for name in meant if name not in seen]
        return _page(team_page(seen, words, allowed.until, unseen), 200, _NEVER_KEPT)

    def _meant(self, line: str) -> dict[str, Lookout]:
        """The lines that a link names."""
        return {name: one for name, one in self._lines.items() if line in (EVERY_LINE, name)}

    def _public(self, line: str) -> list[tuple[str, Lookout]]:
        """Those of them that anybody may know of."""
        return [one for one in self._meant(line).items() if one[1].responses().status_page.public]

    async def _told(
        self, lines: Sequence[tuple[str, Lookout]], wanted: Sequence[str], now: Micros
    ) -> Response:
        language = _language(lines, wanted)
        key = language, ",".join(name for name, _ in lines)
        async with self._making:
            at, page = self._made.get(key, (0, ""))
            if not 0 <= now - at < _FRESH or not page:
                told = [(name, await line.state(), line.responses()) for name, line in lines]
                page = public_page(told, language, now)
                self._made[key] = now, page
        return _page(page, 200, _KEPT)


def _language(lines: Sequence[tuple[str, Lookout]], wanted: Sequence[str]) -> str:
    """The first that a reader wants and that a line says something in; else the rules' first."""
    rules = [line.responses() for _, line in lines]
    said = {language for one in rules for language in one.status_page.say.open}
    return next((one for one in wanted if one in said), rules[0].languages[0])


def _refused(code: Refusal, wanted: Sequence[str], status: int = 403) -> Response:
    return _page(refusal_page(spoken(wanted), code), status, _NEVER_KEPT)


def _page(html: str, status: int, kept: Mapping[str, str]) -> Response:
    return HTMLResponse(html, status, headers={**headers(), **kept})
