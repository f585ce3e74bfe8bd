"""Tells one person something that nobody else sees."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession

from bridge.model import SECOND
from bridge.ports import Unreachable
from channels.slack.api import Api
from channels.slack.blocks import Blocks, said
from channels.slack.texts import fallback
from channels.slack.touches import Place

_LONGEST_WAIT = 5 * SECOND
"""What Slack may ask for: who waits longer no longer knows what is answered."""

log = structlog.get_logger("rempart.slack")


class Answers:
    """Ephemeral messages, through the Web API; where that cannot reach, through the payload's own URL."""

    def __init__(self, api: Api, session: ClientSession, belongs: Callable[[str], bool]) -> None:
        """`belongs` tells which URLs may be dialled."""
        self._api = api
        self._session = session
        self._belongs = belongs

    async def tell(self, user: str, place: Place, lines: Sequence[str], link: Blocks | None = None) -> None:
        """Says `lines` to `user` where they are, with a `link` below them.

        What cannot be told is logged, and raises nothing.
        """
        message = {"text": fallback(lines), "blocks": [*said(lines), *(link or ())]}
        try:
            await self._ephemeral(user, place, message)
        except Unreachable as fault:
            if not await self._by_url(place.response_url, message):
                log.warning("an answer did not reach whom it was for", why=str(fault))

    async def _ephemeral(self, user: str, place: Place, message: dict[str, Any]) -> None:
        try:
            await self._post(user, place, message)
        except Unreachable as fault:
            if fault.retry_after is None or fault.retry_after > _LONGEST_WAIT:
                raise
            await asyncio.sleep(fault.retry_after / SECOND)
            await self._post(user, place, message)

    async def _post(self, user: str, place: Place, message: dict[str, Any]) -> None:
        thread = {"thread_ts": place.thread} if place.thread else {}
        await self._api.call(
            "chat.postEphemeral",
            channel=place.channel,
            user=user,
            parse="none",
            link_names=False,
            **message,
            **thread,
        )

    async def _by_url(self, url: str, message: dict[str, Any]) -> bool:
        """Slack takes this also where the app is not a member: a command may be given anywhere."""
        if not url or not self._belongs(url):
            return False
        body = {**message, "response_type": "ephemeral", "replace_original": False}
        try:
            async with (
                asyncio.timeout(self._api.patience_seconds),
                self._session.post(url, json=body, allow_redirects=False) as answer,
            ):
                return answer.ok
        except (TimeoutError, ClientError, OSError, ValueError):
            return False
